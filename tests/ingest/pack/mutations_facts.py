"""Changes of what the verdicts rest on: fences, registry, rules, suspicions, neighbours."""

from __future__ import annotations

from typing import Any

from ingest.judge.rulebook.rule_set import RuleSet
from tests.ingest.pack.mutations import Files, change_json, named


@named("pack says reasons|pack says verdict")
def terminal_revoked(files: Files) -> None:
    change_json(files, "terminal.json", lambda told: told["entries"][0].update(revoked_s=1))


@named("pack says reasons|pack says verdict")
def fence_vertex_moved(files: Files) -> None:
    def change(told: Any) -> None:
        for feature in told["features"]:
            for ring in feature["geometry"]["coordinates"]:
                for vertex in ring:
                    vertex[0] += 0.05

    change_json(files, "fences.geojson", change)


@named("pack says reasons|pack says verdict")
def fence_dates_changed(files: Files) -> None:
    def change(told: Any) -> None:
        for feature in told["features"]:
            feature["properties"]["valid_from"] = "2030-01-01"

    change_json(files, "fences.geojson", change)


@named("fences.geojson does not hold")
def fence_made_nonsense(files: Files) -> None:
    change_json(files, "fences.geojson", lambda told: told["features"][0].update(geometry=7))


@named("pack says reasons|pack says verdict")
def trainee_suspended(files: Files) -> None:
    change_json(files, "registry.json", lambda told: told["entries"]["trainees"][0].update(state=3))


@named("pack says reasons|pack says verdict")
def trainee_struck_off(files: Files) -> None:
    change_json(files, "registry.json", lambda told: told["entries"].update(trainees=[]))


@named("registry.json does not hold")
def registry_made_nonsense(files: Files) -> None:
    change_json(files, "registry.json", lambda told: told["entries"]["cars"][0].update(state="approved"))


@named("rules do not come to")
def threshold_changed(files: Files) -> None:
    def change(told: Any) -> None:
        thresholds = dict(told["in_force"][0]["thresholds"], travel_kmh=200.0)
        told.pop("layers", None)
        told["rule_set"] = {**told["in_force"][0], "thresholds": thresholds}
        version, effects = (told["rule_set"][name] for name in ("version", "effects"))
        made = RuleSet(version, effects, travel_kmh=200.0)
        told["rule_set"]["digest"] = made.digest

    change_json(files, "rules.json", change)


@named("not what its digest says")
def threshold_changed_under_the_old_digest(files: Files) -> None:
    change_json(files, "rules.json", lambda told: told["rule_set"]["thresholds"].update(travel_kmh=200.0))


@named("pack says reasons|pack says verdict|pack says numbers")
def suspicion_removed(files: Files) -> None:
    files["suspicions.json"] = b"[]"


@named("pack says numbers")
def suspicion_score_changed(files: Files) -> None:
    change_json(files, "suspicions.json", lambda told: told[0].update(score=800))


@named("pack says verdict|pack says reasons")
def neighbours_removed(files: Files) -> None:
    change_json(files, "neighbours.json", lambda told: told.update(shares=[]))
