"""What a small display says: at most 16 columns (a Chinese character takes two), in English and Chinese.

A line of TEXTS: code, English, Chinese. A code that begins with _ is a label of the screens; the others are
laid over the screen when their event comes. One string and not a dictionary: a fifth of the heap.
"""

from firmware.terminal.loading import drop

TEXTS = """
no_time|no time yet|等待卫星授时
instructor_in|signed in|教练员已签到
trainee_in|training begins|培训开始
instructor_out|signed out|教练员已签退
instructor_left|auto signed out|已自动签退
instructor_still|still signed in|教练员已在位
resumed|goes on|重启后继续
left_open|auto signed out|已自动签退
face_0|face confirmed|核验通过
face_1|somebody else|人脸不符
face_2|face unknown|人脸未登记
face_3|not a live face|活体检测未通过
face_4|no face seen|未检测到人脸
face_5|took too long|核验超时
face_6|no face module|人脸模块无应答
online|connected|已连接服务器
offline|kept here|记录存于本机
refused|login refused|登录被拒绝
kept|cannot record|日志无法写入
journal_full|journal full|日志已满
thinned|traces thinned|旧轨迹已抽稀
outside|outside ground!|已驶出训练场地
inside|back on ground|已回训练场地
counting|counts again|恢复计时
engine_off|engine is off|发动机已熄火
mismatch_trainee|not the trainee|学员人脸不符
mismatch_instructor|not instructor|教练人脸不符
nobody|camera: nobody|无人或镜头遮挡
module_fault|face module bad|人脸模块故障
check_overdue|check overdue|核验超期
ban|training banned|禁止培训
unban|allowed again|已恢复培训
ban_until|training banned|禁止培训
no_position|no position|无定位信号
photo_failed|photo failed|拍照失败
update_begun|loading update|正在下载更新
update_done|updated|固件已更新
update_failed|update undone|已恢复旧版本
update_refused|update refused|更新被拒绝
provision|not set up|终端未配置
provisioning|being set up|正在配置终端
watchdog|was restarted|已自动重启
self_test|self-test failed|自检异常
settings|new settings|参数已更新
grounds|new grounds|训练场地已更新
enroll|enrol: look here|请登记人脸
enrolled|face enrolled|人脸登记成功
forgotten|face removed|人脸已删除
_ready|Ready|就绪
_wait|Trainee|学员
_keys_ready|I instructor in|I 教练员签到
_keys_wait|2 3 in   X out|2 3签到 X签退
_ask_1|Instructor,|请教练员
_ask_2|Trainee,|请学员
_ask_look|look at camera|面向摄像头
_checking|checking...|核验中请稍候
_minutes|min|分
_counts|counting|计时中
_stopped|STOPPED|已停止
_who|T%04d|学%04d
_keys_training|O out  X all out|O签退 X全部签退
_of|of %dmin|共%d分
_counted|counted|已计时
_sent|%d.%dkm all sent|%d.%d公里 已上传
_unsent|%d.%dkm wait %d|%d.%d公里 待传%d
_sat|sat|星
_no_sat|no sat|无星
_net|net|在线
_no_net|off|离线
"""


def text_of(code):
    """(English, Chinese) for a small display, or None when the code has none."""
    return _find(TEXTS, code)


def sentence_of(code):
    """(English, Chinese) sentence of an event, or None. The sentences stay in memory only meanwhile."""
    from firmware.terminal.screen.sentences import SENTENCES

    found = _find(SENTENCES, code)
    drop("terminal.screen.sentences")
    return found


def _find(table, code):
    start = table.find("\n" + code + "|")
    if start < 0:
        return None
    end = table.find("\n", start + 1)
    return table[start + 2 + len(code) : end].split("|")
