# ruff: noqa: E501
"""The sentence of each event, in English and Chinese; sentence_of() loads this module and lets it go again.

A line of SENTENCES: code, English, Chinese.
"""

SENTENCES = """
ready|Ready. Instructor, sign in.|就绪，请教练员签到。
no_time|Waiting for satellite time.|正在等待卫星授时。
look_instructor|Instructor, look at the camera.|请教练员面向摄像头。
look_trainee|Trainee, look at the camera.|请学员面向摄像头。
instructor_in|Instructor %016d signed in.|教练员 %016d 签到成功。
trainee_in|Trainee %016d signed in. Training.|学员 %016d 签到成功，开始培训。
trainee_out|Trainee signed out: %d minutes recorded.|学员已签退：记录 %d 分钟。
instructor_out|Instructor signed out.|教练员已签退。
instructor_left|Engine off for long: the instructor was signed out.|熄火时间过长，教练员已自动签退。
instructor_still|Instructor %016d is still signed in.|教练员 %016d 仍为签到状态。
resumed|Training session continues after a restart.|设备重启，培训继续。
left_open|A session from long before the restart was closed.|重启前的培训已超时，已自动签退。
face_0|Face confirmed.|人脸核验通过。
face_1|This is somebody else's face.|人脸与应到人员不符。
face_2|Face unknown.|未识别到已登记人脸。
face_3|Not a living face.|活体检测未通过。
face_4|No face seen.|未检测到人脸。
face_5|The face check took too long.|人脸核验超时。
face_6|The face module does not answer.|人脸模块无应答。
online|Connected to the server.|已连接服务器。
offline|No connection (%s): records are kept here.|网络中断（%s）：记录保存在本机。
refused|The server refuses this terminal's login: call the school.|服务器拒绝本终端登录，请联系驾校。
kept|The journal cannot be written: %s|日志无法写入：%s
journal_full|The journal is full: find network.|日志已满，请到有网络的地方。
thinned|The journal was full: old traces have fewer fixes now.|日志已满，旧轨迹已抽稀。
outside|Outside the training ground, this minute may not count.|已驶出训练场地，本分钟可能不计入学时。
inside|Back on the training ground.|已回到训练场地。
counting|Minutes count again.|恢复计时。
engine_off|The engine is off: minutes do not count.|发动机已熄火，停止计时。
mismatch_trainee|Not the trainee's face: minutes do not count.|学员人脸不符，停止计时。
mismatch_instructor|Not the instructor's face: minutes do not count.|教练员人脸不符，停止计时。
nobody|Nobody seen or camera covered: minutes do not count.|未检测到人或摄像头被遮挡，停止计时。
module_fault|The face module is faulty: minutes do not count.|人脸模块故障，停止计时。
check_overdue|The face check is overdue: minutes do not count.|人脸核验超期，停止计时。
ban|Training is not allowed now: ask the school.|当前禁止培训，请联系驾校。
unban|Training is allowed again.|已恢复培训。
ban_until|Training is banned until %02d-%02d %02d:%02d: ask the school.|禁止培训至 %02d-%02d %02d:%02d，请联系驾校。
no_position|No position: drive out from under the roof.|无定位信号，请驶离遮挡处。
photo_failed|The camera gives no photo.|摄像头拍照失败。
update_begun|A new firmware version is being loaded.|正在下载新版本固件。
update_done|New firmware version: %d.|固件已更新：版本 %d。
update_failed|The new firmware version did not work; the old one is back.|新版本固件异常，已恢复旧版本。
update_refused|The new firmware version was refused (%d).|新版本固件被拒绝（%d）。
signed|The records up to %d are signed.|第 %d 条及以前的记录已签名。
provision|This terminal has no number and key yet.|本终端尚未写入编号和密钥。
provisioning|The terminal gets its number and key.|正在写入终端编号和密钥。
watchdog|The terminal hung and was restarted.|终端无响应，已自动重启。
self_test|Self-test: something failed (%d).|自检异常（%d）。
settings|The server has changed the settings.|服务器已更新参数。
grounds|Training grounds: version %d.|训练场地已更新：版本 %d。
enroll|Look at the camera to be enrolled.|请面向摄像头登记人脸。
enrolled|Face enrolled.|人脸登记成功。
forgotten|Face removed.|人脸已删除。
"""
