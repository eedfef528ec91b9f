"""What the instructor reads: one line in English and Chinese for each event.

show(code, ...) hands the line to the board; the texts are the one table below.
"""

TEXTS = {
    "ready": ("Ready. Instructor, sign in.", "就绪，请教练员签到。"),
    "no_time": ("Waiting for satellite time.", "正在等待卫星授时。"),
    "look_instructor": ("Instructor, look at the camera.", "请教练员面向摄像头。"),
    "look_trainee": ("Trainee, look at the camera.", "请学员面向摄像头。"),
    "instructor_in": ("Instructor %016d signed in.", "教练员 %016d 签到成功。"),
    "trainee_in": ("Trainee %016d signed in. Training.", "学员 %016d 签到成功，开始培训。"),
    "trainee_out": ("Trainee signed out: %d minutes recorded.", "学员已签退：记录 %d 分钟。"),
    "instructor_out": ("Instructor signed out.", "教练员已签退。"),
    "resumed": ("Training session continues after a restart.", "设备重启，培训继续。"),
    "face_0": ("Face confirmed.", "人脸核验通过。"),
    "face_1": ("This is somebody else's face.", "人脸与应到人员不符。"),
    "face_2": ("Face unknown.", "未识别到已登记人脸。"),
    "face_3": ("Not a living face.", "活体检测未通过。"),
    "face_4": ("No face seen.", "未检测到人脸。"),
    "face_5": ("The face check took too long.", "人脸核验超时。"),
    "face_6": ("The face module does not answer.", "人脸模块无应答。"),
    "online": ("Connected to the server.", "已连接服务器。"),
    "offline": ("No connection (%s): records are kept here.", "网络中断（%s）：记录保存在本机。"),
    "kept": ("The journal cannot be written: %s", "日志无法写入：%s"),
}


class Screen:
    """Writes lines through the board's print_line(text)."""

    def __init__(self, print_line):
        self._print_line = print_line

    def show(self, code, *numbers):
        """Show the text of code, filled with numbers, in both languages."""
        english, chinese = TEXTS[code]
        if numbers:
            english = english % numbers
            chinese = chinese % numbers
        self._print_line(english + " " + chinese)
