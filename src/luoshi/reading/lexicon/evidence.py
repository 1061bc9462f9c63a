"""Words around a Chinese numeral that tell a count (新建两个中心) from a slogan (三大攻坚战) or a frame (六个方面)."""

from __future__ import annotations

import re

from luoshi.reading.lexicon.words import longest_first, words

_VERBS = """
新建 改建 扩建 续建 迁建 建成 建设 建立 新增 增加 增设 增开 新开 开通 开工 开设 引进 引入 完成 竣工 投产 创建 创成
获批 获评 获得 荣获 入选 培育 培养 打造 实施 推进 启动 组建 成立 设立 落户 签约 洽谈 举办 承办 召开
组织 举行 选送 开展 改造 整治 治理 修建 修复 修缮 拆除 关闭 淘汰
取消 下放 减少 缩短 压缩 提前 延长 连续 覆盖 涉及 拥有 现有 共有
达到 超过 突破 承接 争取 申报 认定 命名 评选 列入 纳入 查处 办结 侦破 发放 安置 转移 配备 选派 招聘 新招
建好 办好 抓好 建 修 办 辖 设 含 有 为 共 达 计 增 等 获 抓 开 破 用 购置 安装 铺设 架设 储备 谋划 编制 制定 出台
修订 发布 推出 布局 规划 保护 收购 上市 挂牌 通过 兴建 援建 更新 维修 提升 新落户 划定 建有 消除 化解 落实 形成 支持
扶持 发展 壮大 聚集 集聚 加快 确保 力争 完善 巩固
"""
ACTING = tuple(longest_first(_VERBS))
"""A verb that takes a counted object; it stands right before the numeral."""

_CONCRETE = """
企业 公司 集团 项目 工程 学校 中学 小学 高中 初中 大学 学院 幼儿园 医院 卫生院 卫生室 诊所 中心 基地 园区 园 公园
广场 市场 商场 商圈 综合体 社区 村 镇 乡 县 区 市 省 街道 小区 片区 组团 新城 新区 开发区 楼宇 大楼 道路 公路 铁路
高速 国道 省道 大道 大桥 桥 隧道
高铁 机场 码头 港 港口 港区 航线 航道 线路 专线 管线 管网 管道 水库 水厂 水闸 泵站 电站 电厂 变电站 发电厂 污水处理厂
垃圾处理厂 填埋场 处理站 厂 车间 生产线 实验室 工作站 研究院 研究所 研究中心 平台 机构 协会 联盟 产业 产业链 产业群
集群 品牌 商标 标准 专利 称号 奖项 奖 名胜 景区 景点 酒店 宾馆
图书馆 博物馆 文化馆 体育馆 美术馆 剧院 影院 书院 书屋 敬老院 养老院 福利院 养老机构 驿站 服务站 服务点 车站 客运站
货运站 枢纽 停车场 充电站 加油站 公厕 厕所 窗口 网点 门店 超市 农贸市场 合作社 农场 林场 牧场 果园 大棚 示范区
示范村 示范点 示范县 示范镇 示范片 实验区 试验区 自贸区 保税区
保护区 湿地 森林 流域 断面 水体 河流 河道 湖泊 部门 单位 乡镇 县区 县市 区县 城市 县城 城镇 地区 国家 代表团 案件
事故 议案 建议 提案 法规 条例 规章 文件 方案 规划 实事 课题 成果 院士 博士 硕士 专家 人才 教授 名师 教师 医生 干部
职工 工人 农民 群众 党员 代表 委员 选手 运动员 学生 儿童 老人
家庭 农户 贫困户 贫困村 行政村 自然村 建制村 住房 住宅 房屋 厂房 展会 博览会 论坛 赛事 比赛 活动 演出 会议 培训班
讲座 基金 银行 支行 保险 证券 金融机构 上市公司 总部 产品 药品 疫苗 新药 卫星 飞机 列车 航班 班列 汽车 公交车 船舶
设备 机组 装置 事项 环节 指标 服务区 互通 出口 口岸 通道 长廊 走廊 产业带 经济带
购物中心 街区 商业街 步行街 古镇 古村 遗址 文物 遗产 纪念馆 陵园 校区 院区 馆 站 塔 井 渠 堤 坝 闸 库 厅 院 所 场 楼
路 线 街 山 河 湖 系统 领域 行业 板块 支柱 业态 主体 载体 龙头 中队 大队 支队 队伍 派出所 法庭 检察院 法院 岗位 席位
座席 床位 小组 专班 试点 样板 典型 片 带 城
"""
CONCRETE = re.compile("(?:" + "|".join(longest_first(_CONCRETE)) + ")$")
"""The head of a noun phrase that names countable things."""

_ABSTRACT = """
攻坚战 战略 战役 行动 保卫战 会战 革命 任务 理念 纪律 建设 安全 关系 坚持 转变 统筹 意识 自信 优势 特色 定位 目标
抓手 举措 措施 支撑 主题 主线 重点工作 难题 关键 转型 提升 变革 改革 突破 要求 原则 精神 作风 问题 矛盾 挑战 压力
机遇 环境 计划 品质 格局 方向 引擎 动力 创新 体系 机制 保障 高地 强市 强省 强县 强区 名片 文章
攻坚 清单 结合 台阶 百年 回合 阶段 主攻方向 底线 红线 责任 监督 能力 考验 危险 差距 要素 要件 工作 重点 制度 政策
方面 层面 维度 文明 结构 市民化
"""
ABSTRACT = re.compile("|".join(longest_first(_ABSTRACT)))
"""A noun that makes ``N大…``, ``N个…`` a slogan or a frame."""

_SLOGAN = "攻坚战 战略 战役 行动 保卫战 会战 革命 理念 任务 纪律 计划 举措 措施 目标 转变 意识 自信 主攻方向 硬仗"
SLOGAN = re.compile("|".join(longest_first(_SLOGAN)))
"""A noun that makes N大…, N个… a slogan, whatever else the phrase holds."""
FIELD = re.compile(
    "^(?:重点|重大|民生|特色|传统|主导|优势|核心|关键|专项|标志性)?"
    "(?:工程|行业|领域|系统|体系|板块|业态|支柱|环节|方面)"
)
"""After N大: fields and programmes, which structure as much as they count."""

FRAMES = tuple(
    words(
        """
        方面 层面 环节 维度 阶段 问题 难题 关键 重点工作 重点领域 重点环节 关系 步骤 篇章
        """
    )
)
"""After N个: the number structures the text."""

NOT_COUNTED_BEFORE = frozenset("第每这那哪各任某头首前后上下逐几同另其双整")
"""Characters before a numeral with which it points, orders or distributes and does not count."""
SPAN_OF_TIME = tuple(
    words(
        """
        连续 提前 历时 长达 为期 延长 缩短 缩减 压缩 持续 时隔 蝉联 推迟 减少 耗时 仅用 只用 不到 不足 超过 满
        """
    )
)
"""Words before N年 with which it is a measured duration."""
TIME_DEICTIC_BEFORE = tuple(
    words(
        """
        过去 过去的 今后 未来 最近 这 前 后 头 下 上 每 近 往 第 那 本 届 当 再过 此后 随后
        """
    )
)
"""Words around N年 with which it names a period or a plan (过去五年, 三年行动)."""
CIRCLE = re.compile(r"[^，。；、！？\n]{0,10}?圈")
"""After N分钟, N小时: a named circle (15分钟便民生活圈)."""
