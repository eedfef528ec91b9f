"""Why an act is refused: stable codes, each with a sentence in English and in Chinese."""

from __future__ import annotations

REFUSALS: dict[str, tuple[str, str]] = {
    "no_such_session": ("There is no such training session.", "没有该培训过程。"),
    "not_yours": ("This is not yours to do or to see.", "您无权查看或处理此项。"),
    "role_may_not": ("Your role may not do this.", "您的角色无权执行此操作。"),
    "kind_unknown": ("There is no such kind of decision.", "没有这种处理方式。"),
    "school_cannot_restore": (
        "A school cannot restore minutes; appeal instead.",
        "驾校不能恢复分钟，请提出申诉。",
    ),
    "lease_held": ("Somebody else is working on this session.", "他人正在处理该培训过程。"),
    "lease_none": ("You hold no lease on this session; take one first.", "您未占用该培训过程，请先占用。"),
    "second_look_by_another": (
        "You sent this session for a second look, or decided it before it was drawn; somebody else must.",
        "该培训过程由您转出复看，或在抽中之前已由您处理，须由他人处理。",
    ),
    "dealt_to_another": (
        "The random audit has dealt this session to another inspector.",
        "随机抽查已将该培训过程分派给其他稽查员。",
    ),
    "decide_drawn": (
        "The random audit has drawn this session: decide it, which answers the appeal.",
        "随机抽查已抽中该培训过程，请直接处理，处理即为对申诉的答复。",
    ),
    "answer_stands": (
        "You have decided this session of the random audit; what you said is kept and cannot be taken back.",
        "您已处理该抽查培训过程，处理内容已留存，不能撤回。",
    ),
    "cause_missing": ("Choose a cause.", "请选择理由。"),
    "cause_unknown": ("There is no such cause.", "没有这一理由。"),
    "cause_unfit": ("This cause does not fit this kind of decision.", "该理由不适用于此处理方式。"),
    "cause_without_appeal": (
        "No appeal is open on this session; choose another cause.",
        "该培训过程没有进行中的申诉，请选择其他理由。",
    ),
    "cause_of_school": (
        "Only the school itself withdraws its minutes; choose another cause.",
        "只有驾校本身可以撤销其分钟，请选择其他理由。",
    ),
    "words_missing": ("This cause needs a few words.", "选择该理由须填写说明。"),
    "words_too_long": (
        "The words are longer than 80 characters; shorten them.",
        "说明超过80个字符，请缩短。",
    ),
    "thread_too_long": (
        "An appeal and what is said to it have at most 1000 characters each; shorten it.",
        "申诉及每条说明最多 1000 字，请缩短。",
    ),
    "note_length": ("A note has 1 to 1000 characters.", "备注须为 1 至 1000 字。"),
    "minutes_missing": ("Choose at least one minute.", "请至少选择一分钟。"),
    "minutes_unknown": (
        "Some of these minutes were never recorded in this session; choose recorded ones.",
        "所选分钟中有该培训过程未记录的分钟，请重新选择。",
    ),
    "is_final": (
        "The decision is final; propose its reversal, which another supervisor must confirm.",
        "该处理为终审，须提出推翻并由另一名监管人员确认。",
    ),
    "is_not_final": ("Only a final decision is reversed; undo this one.", "只有终审才需推翻，请直接撤回。"),
    "needs_second_person": ("Another person must do this.", "此操作须由另一人完成。"),
    "same_hands": (
        "One of the two made the other's account or gave it its password; a third supervisor must confirm.",
        "两人中一人建立了另一人的账号或设置过其密码，须由其他监管人员确认。",
    ),
    "proposal_open": ("A reversal is already proposed.", "已有待确认的推翻提议。"),
    "proposal_none": ("There is no such proposal.", "没有该提议。"),
    "proposal_settled": (
        "This proposal was confirmed, refused or withdrawn before.",
        "该提议此前已被确认、驳回或撤回。",
    ),
    "nothing_to_undo": ("There is no decision of yours that could be undone.", "没有可撤回的处理。"),
    "nothing_to_repeat": ("You have not decided anything yet that could be repeated.", "没有可重复的处理。"),
    "nothing_waits": ("Nothing waits under these filters.", "当前筛选条件下没有待处理项。"),
    "changed_meanwhile": ("It has changed meanwhile; look again.", "内容已发生变化，请重新查看。"),
    "decide_singly": (
        "A session of the random audit is decided by itself, not in bulk.",
        "随机抽查的培训过程须逐条处理，不可批量处理。",
    ),
    "too_many": ("These are too many at once; narrow the filters.", "一次选择过多，请缩小筛选范围。"),
    "appeal_open": ("An appeal is already open.", "已有进行中的申诉。"),
    "appeal_none": ("There is no such appeal.", "没有该申诉。"),
    "appeal_closed": (
        "This appeal is closed: it was decided or taken back.",
        "该申诉已结束：已作处理或已撤回。",
    ),
    "appeal_short": (
        "Say in at least 10 characters why the minutes should count.",
        "请用至少 10 个字说明这些分钟为何应当计入。",
    ),
    "appeal_withdrawn": (
        "Two appeals against this were taken back; it is appealed again once it has been decided anew.",
        "针对此项的申诉已撤回两次，须待重新处理之后才能再次申诉。",
    ),
    "appeal_answered": (
        "An appeal against this decision was answered, and nothing has changed since.",
        "针对该处理的申诉已有答复，此后情况没有变化。",
    ),
    "nothing_to_appeal": ("Every minute of this session counts.", "该培训过程的所有分钟均已计入。"),
    "cursor_bad": (
        "The cursor is not one that was given out; begin at the first page.",
        "翻页标记无效，请从第一页开始。",
    ),
    "filter_bad": ("A filter cannot be read; correct it.", "筛选条件无效，请更正。"),
}
"""Code -> (English, Chinese)."""


class DecisionRefused(Exception):
    """An act that was refused; nothing was done. code: of REFUSALS, stable; details: plain values."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.english, self.chinese = REFUSALS[code]
        self.details = details
        super().__init__(f"{self.english} {self.chinese}")
