"""What the numbers behind a suspicion are called, in both languages; the unit is in the name."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.explain.number_values import Both, plain

EVIDENCE: dict[str, Both] = {
    "across_mm": ("passes apart {} mm", "往返轨迹相距 {} 毫米"),
    "against_min": ("minutes against: {}", "矛盾分钟数：{}"),
    "bits_apart": ("looks differ in {} of 64 bits", "图像特征相差 {} 位（共 64 位）"),
    "compared_s": ("{} s compared", "比对 {} 秒"),
    "decades": ("{} times less likely than chance, in powers of ten", "偶然概率的数量级：{}"),
    "distance_max_1000": ("largest distance of faces {} of 1000", "人脸最大距离 {}‰"),
    "exact_sessions": ("sessions that end exactly at the quota: {}", "恰好学满的培训：{}"),
    "far_m": ("{} m away", "相距 {} 米"),
    "frozen_pairs": ("fixes that did not move at all: {}", "完全不动的定位点：{}"),
    "gap_min": ("{} min between", "间隔 {} 分钟"),
    "grid_share": ("share of fixes on a grid: {}", "落在网格上的定位点比例：{}"),
    "hardly_min": ("minutes that hardly moved: {}", "几乎未移动的分钟：{}"),
    "kmh": ("as if at {} km/h", "相当于 {} 公里/小时"),
    "likeness_1000": ("likeness {} of 1000", "相似度 {}‰"),
    "minutes": ("of {} minutes", "共 {} 分钟"),
    "minutes_at_two_places": ("minutes at two places: {}", "同时出现在两地的分钟：{}"),
    "mirrored": ("mirrored: {}", "镜像：{}"),
    "missing_fixes": ("missing fixes: {}", "缺失定位点：{}"),
    "nudged_min": ("minutes nudged: {}", "挪动的分钟：{}"),
    "odd_records": ("records off the beat: {}", "不合节拍的记录：{}"),
    "odd_uptimes": ("uptimes off the beat: {}", "不合节拍的运行时间：{}"),
    "other_photo_seq": ("other photo in record {}", "另一照片在第 {} 条记录"),
    "others_share": ("share among others: {}", "其他人的比例：{}"),
    "pairs": ("pairs of fixes: {}", "定位点对：{}"),
    "passes": ("passes: {}", "往返次数：{}"),
    "photo_seq": ("photo in record {}", "照片在第 {} 条记录"),
    "photos": ("of {} photos", "共 {} 张照片"),
    "photos_alike": ("photos alike: {}", "相同照片：{}"),
    "photos_compared": ("photos compared: {}", "比对照片：{}"),
    "photos_differing": ("photos that differ: {}", "不一致的照片：{}"),
    "photos_reused": ("photos used again: {}", "重复使用的照片：{}"),
    "photos_without_face": ("photos without a face: {}", "无人脸的照片：{}"),
    "residual_m": ("{} m apart after laying them over each other", "重合后相差 {} 米"),
    "same_s": ("{} s the same", "相同 {} 秒"),
    "scale": ("scale {}", "比例 {}"),
    "sessions_n": ("of {} sessions", "共 {} 次培训"),
    "shift_s": ("shifted by {} s", "时间相差 {} 秒"),
    "signal_changes": ("changes of the signal: {}", "信号变化次数：{}"),
    "speed_apart_mm": ("speed and way differ by {} mm", "速度与位移相差 {} 毫米"),
    "spread_share": ("spread of the wheel's way: {}", "车轮里程离散度：{}"),
    "standing_pairs": ("pairs of fixes while standing: {}", "静止时的定位点对：{}"),
    "steps_back": ("steps back in time: {}", "时间倒退次数：{}"),
    "steps_back_of_terminal": ("steps back of the terminal: {}", "该终端时间倒退次数：{}"),
    "trace_m": ("trace {} m", "轨迹 {} 米"),
    "unsigned_beside_hole_min": ("unsigned minutes beside a hole: {}", "缺口旁未签名的分钟：{}"),
    "unsigned_min": ("unsigned minutes: {}", "未签名的分钟：{}"),
    "wheel_apart_m": ("wheel and trace differ by {} m", "车轮与轨迹相差 {} 米"),
    "wheel_m": ("wheel {} m", "车轮 {} 米"),
    "wheel_m_per_min": ("wheel {} m a minute", "车轮每分钟 {} 米"),
    "window_min": ("over {} min", "时长 {} 分钟"),
    "without_boot_min": ("minutes of a boot that is not recorded: {}", "无开机记录的分钟：{}"),
}


def evidence_told(numbers: Mapping[str, float | int]) -> Both:
    """The numbers behind a score as one phrase in each language; one that has no words goes by its name."""
    english, chinese = [], []
    for name, value in sorted(numbers.items()):
        words = EVIDENCE.get(name, (f"{name} {{}}", f"{name} {{}}"))
        shown = plain(value) if abs(value) >= 1 or value == 0 else f"{value:.3g}"
        english.append(words[0].format(shown))
        chinese.append(words[1].format(shown))
    return ", ".join(english), "，".join(chinese)
