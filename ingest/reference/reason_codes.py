"""docs/reference/reason-codes.md: every reason, rule and threshold, in both languages."""

from firmware.wire.reasons import REASONS as AT_THE_DOOR
from ingest.judge.rulebook.rule import Rule, Threshold
from ingest.judge.rules.table import RULES, THRESHOLDS

_INTRO = """# Reason codes, rules and thresholds 原因代码、规则与阈值

Generated from `firmware/wire/reasons.py` and `ingest/judge/rules/` by `make docs`; do not edit. Numbers never change their meaning.
A minute carries every reason that applies, not only the first.

| effect | what it does | 作用 |
|---|---|---|
| quarantine | keeps a payload aside, nothing of it is evidence | 数据隔离，不作为依据 |
| minute | refuses the minute | 该分钟无效 |
| session | refuses every minute of the session | 整个培训过程无效 |
| unsure | leaves the minute to a human, never refuses it | 该分钟待人工认定，不判无效 |
| look | does nothing to the minute, a person should look at it | 不影响该分钟，提请人工查看 |
| note | does nothing to the minute, is told beside it | 不影响该分钟，仅作提示 |
| off | is not asked | 不启用 |

The effect of a rule is its default; a rule set may give it another. A rule that cannot say leaves the minute unsure.
"Looked at" means that a person should look at it whatever its effect. A source names where a rule comes from;
`hourfence` stands for our own judgement.

## All reasons 全部原因

| number | name | effect | looked at | English | 中文 |
|---|---|---|---|---|---|
"""
_RULES = """
## Rules 规则

| name | numbers shown | thresholds | source |
|---|---|---|---|
"""
_THRESHOLDS = """
## Thresholds 阈值

| threshold | default | least | most | unit | what it is | 含义 | source |
|---|---|---|---|---|---|---|---|
"""


def render() -> str:
    """The whole page as Markdown."""
    by_number = {number: row for number, *row in AT_THE_DOOR}
    rows = {number: _reason(number, *row) for number, row in by_number.items()}
    rows |= {rule.number: _of_rule(rule, rule.number in by_number) for rule in RULES}
    reasons = "".join(rows[number] for number in sorted(rows))
    rules = "".join(map(_rule, RULES))
    return _INTRO + reasons + _RULES + rules + _THRESHOLDS + "".join(map(_threshold, THRESHOLDS.values()))


def _reason(number: int, name: str, effect: str, english: str, chinese: str, looked_at: str = "") -> str:
    return f"| {number} | `{name}` | {effect} | {looked_at} | {english} | {chinese} |\n"


def _of_rule(rule: Rule, at_the_door: bool) -> str:
    effect = f"quarantine, {rule.effect}" if at_the_door else rule.effect
    looked_at = "yes 是" if rule.flagged else ""
    return _reason(rule.number, rule.name, effect, rule.english, rule.chinese, looked_at)


def _rule(rule: Rule) -> str:
    numbers = ", ".join(f"`{name}` ({unit})" for name, unit in rule.numbers.items())
    thresholds = ", ".join(f"`{row.name}`" for row in rule.thresholds)
    return f"| `{rule.name}` | {numbers} | {thresholds} | {rule.source} |\n"


def _threshold(row: Threshold) -> str:
    numbers = f"{row.default} | {row.least} | {row.most} | {row.unit}"
    return f"| `{row.name}` | {numbers} | {row.english} | {row.chinese} | {row.source} |\n"
