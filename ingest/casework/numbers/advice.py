"""What to do about a share that stands out: one step for the morning, by the share's name."""

from __future__ import annotations

ADVICE: dict[str, tuple[str, str]] = {
    "valid_share": (
        "Open the sessions and see which reason took the minutes.",
        "查看相关培训过程，确认是哪些原因导致分钟无效。",
    ),
    "out_of_fence": (
        "See on the map where the car was; if all cars there drifted, check the fence's dates and outline.",
        "在地图上核对车辆位置；若同一场地车辆普遍偏出，请核对围栏的生效日期与边界。",
    ),
    "face_minutes": (
        "Compare the faces of sign-in, during and sign-out; the same wrong face twice is a case.",
        "比对签到、过程、签退人脸；同一错误人脸多次出现应立案核查。",
    ),
    "face_checks": (
        "Order a face check now; if many people fail on one terminal, have its camera looked at.",
        "下发一次人脸核验；若同一终端多人核验失败，请检修摄像头。",
    ),
    "late": (
        "Check the terminal's network; ask the operator why records came a day late.",
        "检查终端网络，请运营商说明记录迟到一天以上的原因。",
    ),
    "gaps_inside": (
        "Order the missing records once more; what stays missing, ask the school about.",
        "下发补传指令；仍缺失的，请驾校说明。",
    ),
    "sequence_gaps": (
        "Order the missing records once more, or read the terminal by the depot cable.",
        "下发补传指令，或经场站数据线读取终端。",
    ),
    "at_quota": (
        "Look at when these sessions ended: lessons rarely end to the minute by themselves.",
        "核对这些培训过程的结束时间：正常教学很少恰好停在定额。",
    ),
}
_SUSPICION = (
    "Open the suspected sessions; each shows the evidence beside it.",
    "查看有嫌疑的培训过程，每条嫌疑均附证据。",
)


def advice(share: str) -> tuple[str, str]:
    """(English, Chinese) of a share of ingest.casework.deciding.shares, those of suspicions too."""
    return ADVICE.get(share, _SUSPICION)
