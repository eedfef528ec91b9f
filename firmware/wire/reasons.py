"""Reasons: why a payload went to quarantine, why a minute was refused or is unsure.

A row is (number, NAME, effect, English, Chinese). Numbers are stable for ever. Effects: quarantine (the
payload is kept aside), minute (refuses the minute), unsure (doubt, never refuses).
"""

TERM_UNKNOWN = 1
TERM_REVOKED = 2
SEAL_BAD = 3
TOPIC_MISMATCH = 4
MALFORMED = 5
CHAIN_BROKEN = 6
SEQ_FORK = 7
OUT_OF_FENCE = 20
FENCE_NONE = 21
FACE_MISSING_TRAINEE = 22
FACE_MISMATCH_TRAINEE = 23
FACE_MISSING_INSTRUCTOR = 24
FACE_MISMATCH_INSTRUCTOR = 25
ENGINE_OFF = 26
PARKED = 27
GNSS_NONE = 28
JUMP = 29
ODO_TRACK_CONFLICT = 30
OVERLAP_TRAINEE = 31
OVERLAP_INSTRUCTOR = 32
OVERLAP_CAR = 33
DAY_CAP_PRACTICE = 34
FENCE_DOUBT = 35
SEQ_GAP = 36
SESSION_UNKNOWN = 37
GNSS_THIN = 38
CLOCK_CONFLICT = 39
COURSE_UNKNOWN = 40
MINUTE_TWICE = 41
SIGNATURE_MISSING = 42
SIGNATURE_BAD = 43
MINUTE_SHORT = 44

REASONS = (
    (TERM_UNKNOWN, "TERM_UNKNOWN", "quarantine", "The terminal is not registered.", "计时终端未备案。"),
    (
        TERM_REVOKED,
        "TERM_REVOKED",
        "quarantine",
        "The terminal's registration is not in force.",
        "计时终端备案已失效或被撤销。",
    ),
    (
        SEAL_BAD,
        "SEAL_BAD",
        "quarantine",
        "The seal does not verify with the terminal's key.",
        "数据签章与终端密钥不符。",
    ),
    (
        TOPIC_MISMATCH,
        "TOPIC_MISMATCH",
        "quarantine",
        "The data arrived under another terminal's topic.",
        "数据从其他终端的主题上传。",
    ),
    (MALFORMED, "MALFORMED", "quarantine", "The data cannot be read.", "数据无法解析。"),
    (
        CHAIN_BROKEN,
        "CHAIN_BROKEN",
        "quarantine",
        "The record does not follow the one before it.",
        "记录与前一条记录不衔接。",
    ),
    (
        SEQ_FORK,
        "SEQ_FORK",
        "quarantine",
        "Another record with this sequence number is already stored.",
        "该序号已有内容不同的记录。",
    ),
    (
        OUT_OF_FENCE,
        "OUT_OF_FENCE",
        "minute",
        "The car was outside the training ground.",
        "车辆不在教学区域内。",
    ),
    (
        FENCE_NONE,
        "FENCE_NONE",
        "minute",
        "No fence for this part of training was in force.",
        "当时没有适用于该培训部分的有效教学区域。",
    ),
    (
        FACE_MISSING_TRAINEE,
        "FACE_MISSING_TRAINEE",
        "minute",
        "The trainee's face was not confirmed in time.",
        "学员未按时通过人脸核验。",
    ),
    (
        FACE_MISMATCH_TRAINEE,
        "FACE_MISMATCH_TRAINEE",
        "minute",
        "The face in the trainee's seat was not the trainee's.",
        "学员人脸核验不符。",
    ),
    (
        FACE_MISSING_INSTRUCTOR,
        "FACE_MISSING_INSTRUCTOR",
        "minute",
        "The instructor's face was not confirmed in time.",
        "教练员未按时通过人脸核验。",
    ),
    (
        FACE_MISMATCH_INSTRUCTOR,
        "FACE_MISMATCH_INSTRUCTOR",
        "minute",
        "The face in the instructor's seat was not the instructor's.",
        "教练员人脸核验不符。",
    ),
    (
        ENGINE_OFF,
        "ENGINE_OFF",
        "minute",
        "The engine was off for two of five minutes or more.",
        "五分钟内发动机熄火累计两分钟以上。",
    ),
    (PARKED, "PARKED", "minute", "The car stood still for two minutes or more.", "车辆停驶两分钟以上。"),
    (GNSS_NONE, "GNSS_NONE", "minute", "There were too few satellite positions.", "卫星定位数据不足。"),
    (
        JUMP,
        "JUMP",
        "minute",
        "The position jumped further than a car can drive.",
        "定位点跳变，超出车辆可能的行驶距离。",
    ),
    (
        ODO_TRACK_CONFLICT,
        "ODO_TRACK_CONFLICT",
        "minute",
        "Wheel distance and satellite distance disagree.",
        "车轮里程与卫星轨迹里程不一致。",
    ),
    (
        OVERLAP_TRAINEE,
        "OVERLAP_TRAINEE",
        "minute",
        "The trainee was already in another training session.",
        "学员同一时间已在另一培训过程中。",
    ),
    (
        OVERLAP_INSTRUCTOR,
        "OVERLAP_INSTRUCTOR",
        "minute",
        "The instructor was already in another training session.",
        "教练员同一时间已在另一培训过程中。",
    ),
    (
        OVERLAP_CAR,
        "OVERLAP_CAR",
        "minute",
        "The car was already in another training session.",
        "车辆同一时间已在另一培训过程中。",
    ),
    (
        DAY_CAP_PRACTICE,
        "DAY_CAP_PRACTICE",
        "minute",
        "The trainee's practice for this day is already full.",
        "学员当日实操学时已满。",
    ),
    (
        FENCE_DOUBT,
        "FENCE_DOUBT",
        "unsure",
        "The positions are too near the fence's edge to be sure.",
        "定位点过于接近教学区域边界，无法判定。",
    ),
    (
        SEQ_GAP,
        "SEQ_GAP",
        "unsure",
        "Records before or just after this minute have not arrived.",
        "该分钟之前或紧接其后的记录尚未到达。",
    ),
    (
        SESSION_UNKNOWN,
        "SESSION_UNKNOWN",
        "minute",
        "No accepted sign-in belongs to this minute.",
        "该分钟没有对应的有效签到。",
    ),
    (
        GNSS_THIN,
        "GNSS_THIN",
        "unsure",
        "Satellite positions cover too little of the minute.",
        "卫星定位数据覆盖该分钟的时间过短。",
    ),
    (
        CLOCK_CONFLICT,
        "CLOCK_CONFLICT",
        "minute",
        "The minute does not fit the time at which it was recorded.",
        "该分钟与记录的生成时间不符。",
    ),
    (
        COURSE_UNKNOWN,
        "COURSE_UNKNOWN",
        "minute",
        "The course is not one that is trained in a car.",
        "该课程不属于实车培训课程。",
    ),
    (
        MINUTE_TWICE,
        "MINUTE_TWICE",
        "minute",
        "This minute is already recorded in the same training session.",
        "同一培训过程中该分钟已有记录。",
    ),
    (
        SIGNATURE_MISSING,
        "SIGNATURE_MISSING",
        "unsure",
        "The terminal has not yet signed for this minute with its own key.",
        "计时终端尚未用自身密钥对该分钟签名。",
    ),
    (
        SIGNATURE_BAD,
        "SIGNATURE_BAD",
        "minute",
        "The signature over this minute does not hold.",
        "该分钟的终端签名无效。",
    ),
    (
        MINUTE_SHORT,
        "MINUTE_SHORT",
        "minute",
        "The terminal recorded less than half of this minute.",
        "计时终端对该分钟的记录不足一半。",
    ),
)

BY_NUMBER = {}
for _row in REASONS:
    BY_NUMBER[_row[0]] = _row
