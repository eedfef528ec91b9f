"""The table of layers: who may import whom, and what a layer must do without. Checked by test_layering."""

# Each module obeys the longest prefix that names it. What is listed may be imported, and all below it.
MAY_IMPORT = {
    "firmware": (),
    "firmware.main": ("firmware",),
    "firmware.starter": ("firmware",),
    "firmware.wire": ("firmware.wire",),
    "firmware.terminal": ("firmware.terminal", "firmware.wire"),
    "firmware.boards": ("firmware.boards", "firmware.displays", "firmware.terminal", "firmware.wire"),
    "firmware.displays": ("firmware.displays",),
    "geofence": ("geofence",),
    "gateway": ("gateway", "firmware.wire"),
    "simulators": (
        "simulators",
        "firmware.wire",
        "firmware.terminal.journal",
        "firmware.terminal.keep",
        "geofence",
    ),
    "ingest": (),
    "ingest.settings": (),
    "ingest.embedded": ("ingest.embedded",),
    "ingest.judge": ("ingest.judge", "firmware.wire", "geofence"),
    "ingest.measure": (
        "ingest.measure",
        "ingest.judge.columns",
        "ingest.judge.evidence",
        "ingest.judge.register.facts",
        "ingest.judge.rulebook.rule_set",
        "geofence",
        "firmware.wire",
    ),
    "ingest.store": (
        "ingest.store",
        "ingest.judge.outcome",
        "ingest.judge.columns",
        "ingest.judge.reasons",
        "ingest.judge.suspicions",
        "firmware.wire",
    ),
    "ingest.receive": ("ingest.receive", "ingest.store", "ingest.settings", "firmware.wire"),
    # Scores of what looks made up, from measures and prints of traces: evidence with a name, no verdict.
    "ingest.screening": (
        "ingest.screening",
        "ingest.judge.columns",
        "ingest.judge.evidence",
        "ingest.judge.suspicions",
        "geofence",
        "firmware.wire",
    ),
    # A second look at the photos' faces: distances and scores, no verdict.
    "ingest.faces": ("ingest.faces", "ingest.judge.columns", "ingest.judge.suspicions"),
    # Sheets of schools, people and cars in, checked entries and a cleaning report out.
    "ingest.registry": ("ingest.registry", "ingest.judge.register.facts", "firmware.wire"),
    # Syllabus, stage report, eligibility.
    "ingest.stage": ("ingest.stage", "ingest.judge", "firmware.wire"),
    # Joins store and stage: a trainee's number in, the report out.
    "ingest.eligibility": (
        "ingest.store",
        "ingest.stage",
        "ingest.measure",
        "ingest.judge",
        "firmware.wire",
    ),
    # Joins the layers and holds no rule: stored evidence in, verdicts and credit out.
    "ingest.judging": (
        "ingest.judging",
        "ingest.store",
        "ingest.measure",
        "ingest.screening",
        "ingest.faces",
        "ingest.registry",
        "ingest.stage",
        "ingest.rulebooks",
        "ingest.judge",
        "geofence",
        "firmware.wire",
    ),
    # What humans may decide, and what follows.
    "ingest.decisions": ("ingest.decisions", "ingest.judge.outcome", "ingest.judge.reasons"),
    "ingest.draw": ("ingest.draw",),
    # A pack proves itself: everything that derives a verdict, and no database.
    "ingest.pack": (
        "ingest.pack",
        "ingest.judge",
        "ingest.measure",
        "ingest.stage.jws",
        "geofence",
        "firmware.wire",
    ),
    # Joins rules, store and judge into what people do.
    "ingest.casework": (
        "ingest.casework",
        "ingest.decisions",
        "ingest.draw",
        "ingest.pack",
        "ingest.eligibility",
        "ingest.judging",
        "ingest.judge",
        "ingest.measure",
        "ingest.stage",
        "ingest.store",
        "geofence",
        "firmware.wire",
    ),
    "ingest.desk": (
        "ingest.desk",
        "ingest.casework",
        "ingest.decisions",
        "ingest.draw",
        "ingest.eligibility",
        "ingest.judge",
        "ingest.stage",
        "ingest.store.connection",
        "ingest.store.desk",
        "ingest.store.pool",
        "geofence",
        "firmware.wire",
    ),
    # Rulebooks from files.
    "ingest.rulebooks": ("ingest.rulebooks", "ingest.judge"),
    "ingest.updates": ("ingest.updates", "firmware.terminal.update.manifest"),
    "ingest.reference": ("ingest.reference", "ingest.judge", "firmware.wire"),
    "ingest.bench": (
        "ingest.bench",
        "ingest.embedded",
        "ingest.judging",
        "ingest.receive",
        "ingest.settings",
        "ingest.store",
        "geofence",
        "firmware.wire",
    ),
    # Measures the desk from outside, on tables it fills itself.
    "ingest.bench.desk": (
        "ingest.bench",
        "ingest.casework",
        "ingest.desk",
        "ingest.embedded",
        "ingest.judge",
        "ingest.store",
        "firmware.wire",
    ),
    # Lays a slot out as the terminal reads it.
    "ingest.firmware_build": (
        "ingest.firmware_build",
        "firmware.terminal.update.files",
        "firmware.terminal.update.manifest",
        "firmware.terminal.update.slots",
        "firmware.terminal.update.unpack",
    ),
    "ingest.cli": ("ingest", "simulators", "geofence", "gateway", "firmware"),
}

# What a layer must do without, whoever made it. The rows of every prefix of a module's name hold.
MUST_NOT_IMPORT = {
    # MicroPython has none of these.
    "firmware": (
        "typing",
        "enum",
        "dataclasses",
        "__future__",
        "datetime",
        "logging",
        "pathlib",
        "subprocess",
    ),
    # No input or output, no clock, no log: the same answer for the same question.
    "ingest.judge": (
        "time",
        "psycopg",
        "paho",
        "logging",
        "socket",
        "os",
        "io",
        "random",
        "subprocess",
        "threading",
    ),
    "ingest.decisions": (
        "time",
        "psycopg",
        "logging",
        "socket",
        "os",
        "io",
        "random",
        "threading",
        "fastapi",
    ),
    "ingest.draw": ("time", "psycopg", "logging", "socket", "os", "io", "random", "threading", "fastapi"),
    "ingest.pack": ("time", "psycopg", "socket", "random", "threading", "fastapi"),
    "ingest.casework": ("fastapi", "starlette"),
    # No SQL in the desk.
    "ingest.desk": ("psycopg",),
    "geofence": ("time", "psycopg", "paho", "logging", "socket", "random", "subprocess", "threading"),
}
