"""What the numbers behind a reason are called, and what limits they were held to, in both languages.

A phrase has one {} for the number with its unit; how it is written: see ingest.explain.number_values. A test
fails when a rule has a number or a threshold that is not here.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A phrase for a number, and how the number is written."""

    english: str
    chinese: str
    how: str


NUMBERS: dict[str, Words] = {
    # place
    "out_s": Words("{} outside", "在区域外 {}", "s"),
    "fix_out": Words("{} outside", "{}在区域外", "fixes"),
    "outside_m": Words("furthest {}", "最远 {}", "m"),
    "doubt_s": Words("{} too near the edge to say", "{}过于接近边界", "s"),
    "cut_m": Words("up to {} outside on the way between two positions", "两点之间最远越出 {}", "m"),
    "elsewhere": Words("it stood on a ground {}", "所在场地{}", "elsewhere"),
    "part": Words("part {}", "第 {} 部分", "count"),
    "vehicle_class": Words("class {}", "车型 {}", "class"),
    # satellites, wheels and engine
    "fix_n": Words("{}", "{}", "fixes"),
    "fix_estimated": Words("{} only reckoned", "其中推算 {}", "fixes"),
    "covered_s": Words("{} of the minute covered", "覆盖 {}", "s"),
    "hole_min": Words("{} in a row", "连续 {}", "min"),
    "jump_kmh": Words("as if at {}", "相当于 {}", "km/h"),
    "wheel_m": Words("wheel {}", "车轮 {}", "m"),
    "gnss_m": Words("trace {}", "轨迹 {}", "m"),
    "speed_m": Words("by satellite speed {}", "按卫星速度 {}", "told_m"),
    "wheel_kmh": Words("wheel {}", "车轮 {}", "km/h"),
    "satellite_kmh": Words("satellites {}", "卫星 {}", "km/h"),
    "run_min": Words("{} in a row", "连续 {}", "min"),
    "off_s": Words("off for {} of this minute", "该分钟熄火 {}", "s"),
    "window_off_s": Words("{} in the minutes around", "相邻数分钟累计 {}", "s"),
    "rpm_max": Words("engine at most {}", "发动机最高 {}", "1/min"),
    "ignition_s": Words("ignition on for {}", "点火 {}", "s"),
    "since_seq": Words("since record {}", "自第 {} 条记录起", "count"),
    # faces and photos
    "since_match_min": Words("last match {}", "上次通过：{}", "ago_min"),
    "mismatch_utc_s": Words("found at {}", "核验时间 {}", "at"),
    "no_face_utc_s": Words("nobody found at {}", "未检测到人脸的时间 {}", "at"),
    "since_photo_min": Words("last photo {} before", "距上一张 {}", "told_min"),
    "till_photo_min": Words("next photo {} after", "距下一张 {}", "told_min"),
    "photo_gap_min": Words("{} without a photo", "无照片时长 {}", "told_min"),
    # times and records
    "own_s": Words("{} of it belong to the session", "其中属于本次培训 {}", "s"),
    "counted_s": Words("{} counted by the terminal", "终端计时 {}", "s"),
    "utc_s": Words("recorded at {}", "记录时间 {}", "at"),
    "clock": Words("clock set by {}", "时钟来源：{}", "clock"),
    "clock_off_s": Words("{} ahead of satellite time", "比卫星时间快 {}", "s"),
    "day_minute": Words("minute {} of the day's practice", "当日实操第 {} 分钟", "count"),
    "since_sign_in_min": Words("{} after the sign-in", "签到后 {}", "min"),
    "session_s": Words("it took {}", "历时 {}", "told_s"),
    "session_wheel_m": Words("{} in all", "全程 {}", "m"),
    "left_utc_s": Words("signed out at {}", "签退时间 {}", "at"),
    "seq": Words("record {}", "第 {} 条记录", "count"),
    "through": Words("complete up to record {}", "记录连续至第 {} 条", "count"),
    "effective_share": Words("{} effective", "有效 {}", "share"),
    "outside_share": Words("{} outside", "区域外 {}", "share"),
    # other sessions
    "other_terminal": Words("other terminal {}", "另一终端 {}", "number"),
    "other_session": Words("its session {}", "其培训 {}", "record"),
    "speed_kmh": Words("as if at {}", "相当于 {}", "km/h"),
    "apart_km": Words("{} away", "相距 {}", "km"),
    "gap_min": Words("{} before", "间隔 {}", "min"),
    "score": Words("score {} of 1000", "分值 {}（满分 1000）", "count"),
    "kind": Words("most of all: {}", "主要是：{}", "reason"),
    # the register
    "course": Words("course {}", "课程 {}", "count"),
    "course_class": Words("course for {}", "课程车型 {}", "class"),
    "instructor": Words("instructor {}", "教练员 {}", "number"),
    "instructor_state": Words("entry {}", "登记状态：{}", "state"),
    "instructor_to_s": Words("licence or permit until {}", "证件有效至 {}", "until"),
    "instructor_classes": Words("may teach {}", "准教车型 {}", "classes"),
    "instructor_school": Words("instructor's school {}", "教练员所属驾校 {}", "number"),
    "school": Words("terminal's school {}", "终端所属驾校 {}", "number"),
    "school_state": Words("entry {}", "登记状态：{}", "state"),
    "car": Words("car {}", "教练车 {}", "number"),
    "car_state": Words("entry {}", "登记状态：{}", "state"),
    "car_class": Words("car of class {}", "教练车车型 {}", "class"),
    "car_school": Words("car's school {}", "教练车所属驾校 {}", "number"),
    "inspected_to_s": Words("inspected until {}", "年检有效至 {}", "until"),
    "trainee": Words("trainee {}", "学员 {}", "number"),
    "trainee_state": Words("entry {}", "登记状态：{}", "state"),
    "trainee_class": Words("enrolled for {}", "报名车型 {}", "class"),
    "enrolled_s": Words("enrolled on {}", "报名日期 {}", "since"),
    "parts_passed": Words("passed: {}", "已通过：{}", "parts"),
    "terminal_state": Words("terminal's entry {}", "终端登记状态：{}", "state"),
    "operator_state": Words("operator's entry {}", "运营商登记状态：{}", "state"),
    "bound_twice": Words("bound to two cars: {}", "同时绑定两辆车：{}", "yes"),
}

LIMITS: dict[str, tuple[str, str] | None] = {
    # None: what a rule reads and no sentence needs; it stands in the list of the rule's thresholds.
    "clock_late_s": ("at most {} late", "最多晚 {}"),
    "clock_off_s": ("at most {} off", "最多相差 {}"),
    "clock_restart_s": None,
    "conflict_min_m": ("and {}", "且 {}"),
    "conflict_share": ("limit {}", "限值 {}"),
    "conflict_window_m": None,
    "cut_link_s": None,
    "cut_min_m": ("limit {}", "限值 {}"),
    "day_cap_practice_min": ("limit {} a day", "每日限 {}"),
    "engine_off_minute_s": None,
    "engine_off_s": ("limit {} in that time", "累计限值 {}"),
    "face_around_min": ("speaks for {} around it", "影响前后 {}"),
    "face_carry_min": None,
    "face_every_min": ("due every {}", "每 {}须核验"),
    "face_sign_in_s": None,
    "fence_out_s": ("limit {}", "限值 {}"),
    "fence_share_max": ("limit {}", "限值 {}"),
    "gnss_covered_s": ("{} must be covered", "须覆盖 {}"),
    "gnss_fixes_min": ("at least {}", "至少 {}"),
    "gnss_hole_min": ("refused from {} in a row", "连续 {}即无效"),
    "jump_kmh": ("limit {}", "限值 {}"),
    "no_mileage_min": ("limit {}", "限值 {}"),
    "own_min_s": ("at least {}", "至少 {}"),
    "photo_at_sign_out": None,
    "photo_every_min": ("due every {}", "每 {}须拍摄"),
    "photo_slack_min": ("and {} grace", "宽限 {}"),
    "ratio_min": ("at least {}", "至少 {}"),
    "session_cap_min": ("limit {}", "限值 {}"),
    "session_distance_m": ("at least {}", "至少 {}"),
    "session_short_min": ("short below {}", "短于 {}为过短"),
    "speed_conflict_kmh": ("limit {} apart", "相差限值 {}"),
    "speed_covered_s": None,
    "stand_min": ("limit {}", "限值 {}"),
    "still_m": ("{} and less is standing", "不超过 {}视为停驶"),
    "travel_kmh": ("limit {}", "限值 {}"),
    "travel_slack_m": None,
    "travel_within_min": None,
    "utc_offset_min": None,
    "window_min": None,
}

SCORES: dict[str, tuple[str, str]] = {
    # By the end of a threshold's name: the screening has two for each kind of suspicion.
    "_hold_score": ("held from {}", "达到 {} 即待定"),
    "_look_score": ("shown from {}", "达到 {} 即提示"),
    "_score": ("shown from {}", "达到 {} 即提示"),
}


UNTOLD: dict[str, tuple[str, ...]] = {
    # Thresholds that a rule reads and its own sentence is better without.
    "FENCE_CLASS_MISMATCH": ("fence_out_s",),
    "FENCE_EXPIRED": ("fence_out_s",),
    "FENCE_NOT_APPROVED": ("fence_out_s",),
    "FENCE_PART_MISMATCH": ("fence_out_s",),
    "FENCE_SCHOOL_MISMATCH": ("fence_out_s",),
    "ODO_TRACK_CONFLICT": ("jump_kmh", "gnss_covered_s"),
    "OUT_OF_FENCE_SHARE": ("fence_out_s",),
    "TRAINING_BANNED": ("own_min_s",),
}


def limit_words(rule: str, threshold: str) -> tuple[str, str] | None:
    """The phrase for a threshold of a rule, None where its sentence needs none. Raises KeyError for a
    threshold without words."""
    if threshold in UNTOLD.get(rule, ()):
        return None
    if threshold not in LIMITS:
        for end, words in SCORES.items():
            if threshold.endswith(end):
                return words
    return LIMITS[threshold]
