"""Thresholds that no rule has to itself: of the measures, of credit, and those that rule files share."""

from ingest.judge.rulebook.rule import Threshold
from ingest.judge.rulebook.sources import AUDIT_ENGINE, OURS, SYLLABUS_2016, TIMING_PROTOCOL

UTC_OFFSET_MIN = Threshold(
    "utc_offset_min",
    480,
    "min",
    -720,
    840,
    OURS,
    "what local time is ahead of UTC; a day of training is a local day",
    "当地时间比世界协调时快的分钟数；培训日按当地日期计算",
)
FENCE_MARGIN_MIN_M = Threshold(
    "fence_margin_min_m",
    4.0,
    "m",
    0.0,
    100.0,
    OURS,
    "least margin of error of a fix",
    "定位点误差范围的下限",
)
UERE_M = Threshold(
    "uere_m",
    5.0,
    "m",
    0.1,
    100.0,
    OURS,
    "one-sigma range error: a fix's margin is HDOP times this",
    "测距误差（一倍标准差）：定位点误差范围为 HDOP 乘以该值",
)
FEW_SATELLITES = Threshold(
    "few_satellites",
    5,
    "satellites",
    0,
    31,
    OURS,
    "with fewer satellites none is left over to tell a reflected signal by, and a fix's margin widens",
    "卫星数少于该值时无法识别反射信号，定位点误差范围加大",
)
FEW_SATELLITES_FACTOR = Threshold(
    "few_satellites_factor",
    2.0,
    "times",
    1.0,
    10.0,
    OURS,
    "how much wider the margin of a fix with few satellites is",
    "卫星数不足时误差范围的放大倍数",
)
WANDER_WHEEL_M = Threshold(
    "wander_wheel_m",
    5,
    "m",
    0,
    100,
    OURS,
    "a minute with less wheel distance is one in which the car stood, so that its fixes only wander",
    "一分钟车轮行驶距离低于该值时车辆静止，定位点的移动只是漂移",
)
WANDER_MAX_M = Threshold(
    "wander_max_m",
    30.0,
    "m",
    0.0,
    200.0,
    OURS,
    "the most that wandering widens the margin of a standing car's fixes",
    "静止车辆定位漂移加大误差范围的上限",
)
FENCE_FLIP_FIXES = Threshold(
    "fence_flip_fixes",
    3,
    "fixes",
    1,
    30,
    OURS,
    "fixes in a row on the other side of the fence before the car counts as there",
    "连续多少个定位点在另一侧才视为越过区域边界",
)
CUT_MIN_M = Threshold(
    "cut_min_m",
    3.0,
    "m",
    0.5,
    100.0,
    OURS,
    "metres outside, margins taken off, from which the way between two fixes is a short cut",
    "两定位点之间的直线确定越出区域达到该值，视为穿越",
)
CUT_LINK_S = Threshold(
    "cut_link_s",
    20,
    "s",
    1,
    60,
    OURS,
    "fixes further apart than this say nothing about the way between them",
    "相邻定位点间隔超过该值时，不判断其间的行驶路线",
)
TRACK_FLOOR_M = Threshold(
    "track_floor_m",
    8.0,
    "m",
    0.0,
    100.0,
    OURS,
    "movement below a fix's margin, at least this, is taken as drift of a standing receiver",
    "小于定位点误差范围（不低于该值）的位移视为静止漂移",
)
TRACK_FLOOR_MAX_M = Threshold(
    "track_floor_max_m",
    15.0,
    "m",
    0.0,
    200.0,
    OURS,
    "the most that is taken as drift of a standing receiver",
    "视为静止漂移的位移上限",
)
TRACK_LINK_S = Threshold(
    "track_link_s",
    10,
    "s",
    1,
    60,
    OURS,
    "fixes further apart than this leave a hole in what they cover",
    "相邻定位点间隔超过该值时，其间视为无定位",
)
WINDOW_MIN = Threshold(
    "window_min",
    5,
    "min",
    1,
    7,
    OURS,
    "stretch over which neighbouring minutes are added up; at most face_around_min, since what has not "
    "arrived yet speaks about no minute further back than that",
    "相邻分钟累计的时长；不得超过 face_around_min",
)
GNSS_FIXES_MIN = Threshold(
    "gnss_fixes_min",
    10,
    "fixes",
    1,
    60,
    OURS,
    "measured fixes below which a minute that they do not cover has none to speak of",
    "定位点覆盖时间不足的分钟，实测定位点少于该数即视为无定位",
)
GNSS_COVERED_S = Threshold(
    "gnss_covered_s",
    25,
    "s",
    1,
    59,
    OURS,
    "seconds of a minute that fixes must cover for it to be seen; a minute of a session has 30 to 60",
    "定位点须覆盖的每分钟秒数；培训过程中一分钟有 30 至 60 秒",
)
JUMP_KMH = Threshold(
    "jump_kmh",
    200.0,
    "km/h",
    20.0,
    1000.0,
    OURS,
    "speed between two fixes that no training car reaches",
    "教练车不可能达到的两点间速度",
)
FACE_AROUND_MIN = Threshold(
    "face_around_min",
    7,
    "min",
    0,
    60,
    AUDIT_ENGINE,
    "minutes before and after a failed or missing check or photo that it speaks about",
    "核验不符或照片缺失所影响的前后分钟数",
)
FACE_EVERY_MIN = Threshold(
    "face_every_min",
    30,
    "min",
    1,
    240,
    TIMING_PROTOCOL,
    "a face is to be confirmed again at least so often",
    "人脸重新核验的最长间隔",
)
HOUR_MIN = Threshold(
    "hour_min",
    60,
    "min",
    1,
    240,
    SYLLABUS_2016,
    "recorded minutes of one training hour",
    "一个学时的记录分钟数",
)
HOUR_EFFECTIVE_MIN = Threshold(
    "hour_effective_min",
    45,
    "min",
    1,
    240,
    SYLLABUS_2016,
    "accepted minutes that one training hour needs",
    "一个学时所需的有效分钟数",
)
UNSURE_COUNTS = Threshold(
    "unsure_counts",
    0,
    "0 or 1",
    0,
    1,
    OURS,
    "1: unsure minutes earn credit; 0: they wait for a human",
    "1：待定分钟计入学时；0：待人工认定",
)

SHARED = (
    UTC_OFFSET_MIN,
    FENCE_MARGIN_MIN_M,
    UERE_M,
    FEW_SATELLITES,
    FEW_SATELLITES_FACTOR,
    WANDER_WHEEL_M,
    WANDER_MAX_M,
    FENCE_FLIP_FIXES,
    CUT_MIN_M,
    CUT_LINK_S,
    TRACK_FLOOR_M,
    TRACK_FLOOR_MAX_M,
    TRACK_LINK_S,
    WINDOW_MIN,
    GNSS_FIXES_MIN,
    GNSS_COVERED_S,
    JUMP_KMH,
    FACE_AROUND_MIN,
    FACE_EVERY_MIN,
    HOUR_MIN,
    HOUR_EFFECTIVE_MIN,
    UNSURE_COUNTS,
)
MEASURED_BY = (
    FENCE_MARGIN_MIN_M,
    UERE_M,
    FEW_SATELLITES,
    FEW_SATELLITES_FACTOR,
    WANDER_WHEEL_M,
    WANDER_MAX_M,
    FENCE_FLIP_FIXES,
    CUT_MIN_M,
    CUT_LINK_S,
    TRACK_FLOOR_M,
    TRACK_FLOOR_MAX_M,
    TRACK_LINK_S,
)
"""Those that the measures read: a rule set that changes one of them has the evidence measured again."""
