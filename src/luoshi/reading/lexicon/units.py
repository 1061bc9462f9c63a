"""Units and classifiers of the genre, and what may not follow them (``人`` is no unit in 60万人口).

Three sets by how much they prove: after a MEASURED unit any numeral is a quantity; after a CLASSIFIER digits are, and
Chinese numerals from ten up; a single Chinese numeral (``三所``) needs a unit of COUNTED and evidence around it.
"""

from __future__ import annotations

from luoshi.reading.lexicon.words import words

PERCENT: frozenset[str] = frozenset(words("% ％ ‰"))
POINTS: frozenset[str] = frozenset(words("个百分点 百分点 个基点 基点 个BP 个bp"))

DURATION: frozenset[str] = frozenset(
    words(
        """
        年 周年 个月 天 周 小时 个小时 分钟 秒 秒钟 毫秒 个季度 工作日 个工作日 自然日 个自然日 交易日 个交易日
        工作小时 学年 个学年 学期 个学期 载 年头 个年头 昼夜 个昼夜 日夜 个日夜 课时 个课时 学时 个学时 个星期 星期
        个世纪
        """
    )
)

MEASURED: frozenset[str] = frozenset(
    words(
        """
        元 美元 欧元 港元 港币 日元 英镑 卢布 人民币 新台币 澳门元 元人民币 角 亩 公顷 平方公里 平方千米 平方米 平米
        平方 ㎡ km² km2 m² m2 顷 立方米 立方 m³ m3 方 标准立方米 标方 公里 千米 里 华里 米 厘米 毫米 微米 纳米 海里
        英里 延米 延长米 车道公里 皮长公里 芯公里 沟公里 单线公里 单公里 km cm mm nm 英寸 吨 公斤 千克 斤 克 毫克
        微克 担 石 载重吨 总吨 吨标准煤 吨二氧化碳 DWT kg mg μg ug 吨公里 人公里 升 毫升 加仑 mL ml 度 度电 蒸吨
        马力 瓦 千瓦 兆瓦 吉瓦 千瓦时 兆瓦时 吉瓦时 千伏 伏 千伏安 兆伏安 伏安 安时 MW GW kW KW kWh MWh GWh KWh TWh
        kV KV kVA KVA MVA MWp GWp MWh 焦耳 吉焦 GJ 大卡 兆 Mbps Gbps Tbps bps GB TB PB EB MB GHz MHz P PFlops PFLOPS
        EFlops EFLOPS Pflops Eflops 核时 分贝 dB 兆帕 千帕 ℃ °C 摄氏度 TEU 标箱 标准箱 个标箱 个标准箱 重量箱 标台
        标准车 自然箱 mg/L ug/m3 μg/m3 μg/m³ ug/m³ mg/m3 mg/m³ 微克每立方米 毫克每升 毫克每立方米 公里每小时 倍 成
        折 番 周岁 岁 /10万 /万
        """
    )
)

COUNTED: frozenset[str] = frozenset(
    words(
        """
        个 家 户 所 条 座 处 项 件 名 位 人 场 套 支 只 辆 艘 架 台 部 篇 栋 幢 间 起 宗 例 种 款 轮 对 枚 幅 块 笔
        届 人次 批 次 片 门 大 大类 大项 方面 个方面 个层面 个环节 个维度 个阶段 篇文章 扇门 张清单 个关键
        """
    )
)

CLASSIFIERS: frozenset[str] = COUNTED | frozenset(
    words(
        """
        本 口 期 头 羽 尾 匹 株 棵 颗 粒 组 张 床 班 份 股 卷 册 首 曲 集 则 桩 单 票 箱 瓶 袋 桶 盒 席 桌 餐 节 堂 面
        把 盏 根 杆 眼 道 层 环 类 样 级 挡 档 分 标段 管 字 页 帧 排 列 剂 帖 枝 挂 盘 尊 具 员 节车厢 篇章 户次
        场次 件次 车次 架次 批次 班次 艘次 台次 家次 例次 项次 卷次 册次 机次 辆次 处次 所次 航次 剂次 辆车次 趟次
        趟 课次 头次 轮次 点次 站次 亩次 株次 份次 篇次 期次 支次 学生次 名次 人份 人天 人日 台套 台（套） 台(套)
        台/套 台（辆） 台（件） 件（套） 套（件） 家（次） 人（次） 户（次） 项（次） 起（次） 场（次） 件（次）
        辆（次） 批（次） 架（次） 处（个） 家（个） 个（家） 所（园） 个（处） 处（座） 座（处） 条（段） 只（头）
        头（只） 张（床）
        """
    )
)

STRUCTURE: frozenset[str] = frozenset(words("方面 个方面 个层面 个环节 个维度 个阶段 篇文章 扇门 张清单 个关键 届 级"))
"""Units of numbers that only structure a text or name a class: their tier is optional."""

_NOT_BEFORE = """
人: 民 口 才 均 员 居环 类 大代 大常
家: 庭 渠
户: 籍 口 厕 型 均 数 外
条: 例 件
处: 级 长 理 罚
件: 套
名: 牌 录 列 称 胜 誉
位: 数 一体 于 置 移 育人
场: 景 所 馆 均
套: 餐 班子
支: 撑 持 部 出 农 付 教 柱 线 路 渠 流 行 点 一扶
只: 有 能 是 要 需 争 进 减 增 为 占 跑 看
架: 构
台: 山 县 州 湾 商 账 胞 阶 河 合一
部: 门 委 队 署 分 级 长 位 属 落 里
间: 隔 接 距 谍 伐
起: 步 来 草 飞 到 点 诉 降 底 码 止 施 执 航 跑 源 势 用
例: 如 外 行 会
种: 植 子 粮 养 业 苗 田 源 畜 猪 羊 牛 禽 群 茶 麦 草 树
款: 项 待 式
轮: 廓 换 候 作 训 岗 胎 动 机 渡 流 值 椅 驱
对: 口 接 标 外 照 应 象 手 待 比 等 策 于 话
块: 链 状
届: 满 时 中
口: 岸 径 袋 号 腔 服 罩 述 红 味 感 语 碑 粮
员: 工 额 外
批: 发 准 复 评 示 量 贷 而 办 改
次: 产业 产 元 数 性 级 年
期: 间 限 末 待 货 工程 项目 建设 ） ) 初 刊 盼 权 满 中 内 叠 开工 投产 竣工 、 和
期: 及 主体 厂 扩建 标准 改造 搬迁 征 用地 开发 生产线 投资 全面 建成 基本 顺利 试
片: 区 面 仔 断 式 长 警 段
本: 科 级 地 土 市 区 县 年 届 省 报 期 外 领 来 质 着 轮 身 币
门: 峡 头 类 诊 前 口 槛 店 户 窗 票 源 楼 江
头: 部 雁 等 脑 条 号 像 衔 痛 尾 上 顶
羽: 毛 绒
尾: 水 矿 气 款 端 号
匹: 配
组: 建 织 团 合 件 成 长 装 图 数 分
张: 力 家 北 掖 江 网 图 榜 湾 贴
床: 位
班: 子 长 组 车 额 级 列 干 主 线 制
份: 额 子
股: 份 权 票 改 市 东 室 金
卷: 烟 宗 起 面 板
首: 位 批 个 次 家 创 都 先 届 台 期 要 选 府 店 付 发 席 笔 例
曲: 线 阜 靖 面 江 周 艺
集: 聚 群 中 团 约 成 体 资 贸 镇 市 装 散 采 结 训
单: 位 元 项 个 体 一 机 产 日 独 纯 列 招 县 品 株 制
票: 制 据 价 务 房
箱: 体 包 涵 梁
桶: 装
盒: 子 马
席: 位 卷 次
节: 气 日 点 约 能 假 庆 水 支 电 目 本 省 令 奏 流 会 余 制 地
堂: 食 馆 口
面: 积 向 临 上 对 貌 板 试 粉 料 包 孔 谈 世 店
把: 握 关 控 手 好 脉 守 住 牢 尺
根: 本 据 治 除 植 河 基 源 系
眼: 科 镜 光 界 下 球 前
道: 路 德 闸 口 教 交 真 县 里 岔 渠
层: 次 级 面 出 峦
环: 境 保 节 卫 路 线 评 比 岛 球 绕
类: 似 别 型 聚 区 县 地 水 房 用地 标准
样: 板 本 式 品 子
级: 别 以 水 公 医 综合医 甲 响 标 航 重 保 资 联 配 市 分 达 诊 园 示 大 技
档: 案 次 卡
列: 入 为 支 车 全 国 省 居 第 席 市 出
分: 之 别 类 为 布 散 配 支 行 公司 局 院 期 批 步 级 离 层 解 子 享 流 馆 校 店 析
分: 段 区 开 组 管 税 宜 拣 田 工 项 列 红 块 片 队 中心 厂 拨 包
册: 封 亨
粒: 度 子
桩: 基 号 位
管: 理 控 道 网 护 线 委 廊
字: 号 塔 节 路 型 架 画 体
页: 岩 面
排: 放 名 查 污 水 涝 序 头 位 列 期 洪 练
剂: 量
具: 有 备 体 身
盘: 活 县 锦 州 水 山
挂: 牌 钩 职 车 点
方: 面 式 案 向 便 针 言 法 略 可 能 正 圆 城 山 舱 程 力 责 位 阵 协 联 合 签
里: 程 约 斯 弄 河 下 海 昂 面 岛 山 渠 巷 坪 店 屯 桥 镇 村 铺 沟
米: 粉 线 业 兰 脂 泉 易 面 糠
吨: 级
克: 服 拉 难 己 什 山 强 州 隆 勤
担: 当 保 任 负 心
石: 化 油 材 家 柱 狮 林 门 头 嘴 首 屏 渠 泉 板 墨 景 龙 台 山 桥
升: 级 至 到 降 学 温 位 规 格 华 值 幅 旗 为 入
度: 过 假 汛 量
兆: 示 丰
成: 为 立 果 功 效 员 本 都 长 绩 就 品 套 熟 渝 年 片 群 县 交 型 不变 形 区 市 网
成: 链 林 建 规模 活 武 华 安 名 体系 一 灾 闭 千 百 势 团 景 线 因
折: 射 叠 旧 股 子 价 合
番: 禺 茄 薯 号
元: 旦 宵 素 化 首 朝 氏 谋 宝 阳 坝 江 件
角: 度 色 逐 落
亩: 均 产
年: 级 代 度 轮 货 鉴 报 初 末 底 终 味 夜 中 份 均 轻 长 龄
天: 然 津 下 眼 府 门 网 宫 问 舟 生 涯 堑 柱 池 台
周: 边 期 口 村 至 庄 密 转 末 界 报
秒: 级 批 办 杀 报 到 回
载: 体 荷 人 客 货 入 重 歌 誉 难
大: 家 学 会 以 精 报 召 胜 开 概 致 幅 力 于 道 连 庆 同 理 众 小 型 街 队 厦 数
大: 战 ， 。 、 ； ） ” 和 关 之 变 决 确 明 提 作 代 部署 的 后 夫
P: M
"""


def _table(lines: str) -> dict[str, tuple[str, ...]]:
    rows: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().splitlines():
        unit, _, tails = line.partition(": ")
        rows[unit] = (*rows.get(unit, ()), *tails.split())
    return rows


NOT_BEFORE: dict[str, tuple[str, ...]] = _table(_NOT_BEFORE)
"""A unit is not read where one of these follows; a shorter unit may be."""

DENOMINATORS: frozenset[str] = frozenset(
    words(
        """
        立方米 平方米 平方公里 公里 千米 公顷 亩 人 月 年 日 天 小时 时 分钟 秒 吨 公斤 千克 斤 升 户 家 个 次
        千瓦时 度 件 床 辆 台 箱 套 元 万元 亿元 万人 千人 百人 百户 十万人 万户 百公里 标箱 班 场 学期 生 学年
        人·月 人·年 人次 头 株 只 羽 周 季度 亿千瓦时 千瓦 瓦 吨公里 学时 课时 m³ m3 m2 L h d kWh t
        """
    )
)
"""What may stand after the stroke of a compound unit (微克/立方米, 吨标准煤/万元)."""
