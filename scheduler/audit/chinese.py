"""What does the verifier say in Chinese of a fault that the code raises in English? The catalogue of both languages.

A fault is found by its English sentence, a slot standing for whatever the sentence names; what a slot quotes
may be a fault again and is told in Chinese too. A sentence that is not here stays as it is.
"""

import re
from functools import cache

from scheduler.errors import Refused
from scheduler.model import RuleId
from scheduler.rules import declared

# The English sentence of the code, and the same in Chinese with the slots of the English one in their order.
SENTENCES: dict[str, str] = {
    # scheduler.audit.history and scheduler.bundle: the file and its journal
    "the bundle's log key is not the pinned one": "文件的日志公钥不是所固定的公钥",
    "the manifest was signed over other lines": "文件清单不是对这些内容签署的：有内容被改动",
    "the manifest was signed for another bundle": "文件清单是为另一份文件签署的",
    "entry {} is not the next one of this lot": "第 {} 条记录与本标段上一条不衔接",
    "the history ends in {}, the manifest says {}": "记录止于 {}，文件清单写的是 {}",
    "the history is not accepted: {}": "记录不能重放：{}",
    "entry {}: {}": "第 {} 条记录：{}",
    "line {}: {}": "第 {} 行：{}",
    "no entries": "没有记录",
    "stale(seq={}, expected={})": "与上一条记录不衔接（序号 {}，应为 {}）",
    "clock(at={}, last={})": "时间 {} 早于上一条记录的 {}",
    "a moment without a time zone": "时间没有时区",
    "an exhibit stands in no entry": "有附件在记录中没有出处",
    "exhibits are doubled or out of order": "附件重复或次序不对",
    "exhibit {} is not for the reader of this bundle": "附件 {} 不应给本文件的读者",
    "exhibit {} stands where {} belongs": "附件 {} 占了 {} 的位置",
    "exhibits are missing: {}": "缺少附件：{}",
    "other bytes than the digest promises": "内容与摘要不符",
    "rules in a version this verifier does not know: {}": "规则的版本不为本验证程序所知：{}",
    "the rules in force are others than the versions name": "生效的规则与所记版本不一致",
    "seed parties or rounds are others than the pack says": "交存种子的各方或轮数与规则包不符",
    "the beacon is another than the pack says": "信标与规则包所定不符",
    "custodians or their threshold are others than the pack says": "保管人或开启人数与规则包不符",
    "drawn earlier than the pack allows": "抽取早于规则包许可的时间",
    "{} before the pack's waiting time was over": "{} 早于规则包规定的等候时间届满",
    "one key serves two purposes": "一把密钥用于两处",
    "key {} is not held by the custodians of this case": "密钥 {} 不由本标段的保管人保管",
    "one ceremony stands twice": "同一次密钥仪式出现两次",
    "the ceremonies made other keys than the case has": "密钥仪式生成的密钥与本标段所用不同",
    "custodian {} has other keys than pinned": "保管人 {} 的密钥与所固定的不同",
    "custodians who are not pinned": "有保管人未经固定",
    "the opening of {} is about {}": "密钥 {} 的开启说的是 {}",
    "the published private key does not belong to {}": "公布的私钥不是 {} 的私钥",
    "beacon {} has another key than pinned": "信标 {} 的公钥与所固定的不同",
    # scheduler.audit.draws, rounds, rivals: the draw
    "the pool is doubled, out of order or of another size": "名单有重复、次序不对或人数不符",
    "the pool's root is another one": "名单的根与冻结时记录的不同",
    "round {}: {}": "第 {} 轮：{}",
    "round {}, panel {}: breaks {}": "第 {} 轮第 {} 组：违反规则 {}",
    "a chance of zero": "有人的机会为零",
    "chances do not add up to the open seats": "各人机会之和不等于空缺席位数",
    "other members are kept than sit": "留任者与在任成员不符",
    "{} who left are in the lottery": "{} 名已退出者仍在彩票中",
    "somebody sits in a seat without its speciality": "有人占了专业不符的席位",
    "an expert who fits is neither in the lottery nor named as out": "有专业相符的专家既不在彩票中，也未列明排除",
    "appointed from outside the pool or the speciality": "直接确定的人不在名单内或专业不符",
    "the request says other seats, owner representatives or times than the booking": (
        "申请所写的席位、招标人代表人数或时间与预约不符"
    ),
    "a step of the ladder stands in the request as booked, and nobody signed it": "预约的申请已含放宽，却无人签署",
    "the ticket does not follow from the seeds": "中签号不能由各方种子得出",
    "the ticket lands on other members": "中签号对应的不是这些成员",
    "other seats were added than the rules say": "增加的席位与规则不符",
    "others were recused than the rules say": "回避的人与规则不符",
    "the lottery of round {} was made for round {}": "第 {} 轮的彩票是为第 {} 轮做的",
    "lottery: {}": "彩票：{}",
    "other fields than expected": "字段与规定不符",
    "tickets do not add up to the total": "票数之和不等于总数",
    "what is told of other lots was told for round {}": "关于其他标段的说明是为第 {} 轮作的",
    "no place was kept for the lot that was cancelled": "所取消的标段并没有预留席位",
    "other lots are doubled, out of order or this one": "其他标段有重复、次序不对或就是本标段",
    "people of other lots are doubled, out of order or not in the pool": (
        "其他标段的人员有重复、次序不对或不在名单内"
    ),
    "a member of this panel is said to sit on another one at that time": "据称本评委会有成员同时在另一评委会",
    "people are left aside though no other lot waits": "没有其他标段等候，却有人被留出",
    "a limit for other lots that limits nobody": "为其他标段设的限制不限制任何人",
    # scheduler.audit.relaxing, panel, attempts, moving: what was decided beside the draw
    "{} is not the next step of the ladder": "{} 不是放宽阶梯的下一级",
    "{} is for {} to decide, not {}": "{} 应由 {} 决定，而不是 {}",
    "a step of the ladder was passed over": "放宽阶梯跳过了一级",
    "the amended request is another one than {} makes": "修改后的申请不是 {} 所应得出的",
    "a pool frozen anew dropped or changed somebody": "重新冻结的名单少了人或改了人",
    "a pool frozen anew dropped an edge of control": "重新冻结的名单少了控股关系",
    "direct appointment is not for {} to approve": "直接确定专家不由 {} 批准",
    "an owner representative without an authorisation on file": "招标人代表没有备案的授权书",
    "{} earlier attempts are here, {} are missed": "此处有 {} 次以往评标，应有 {} 次",
    "attempt {}: {}": "第 {} 次评标：{}",
    "entry {} is not the next one": "第 {} 条记录与上一条不衔接",
    "attempt {} does not name the end of attempt {}": "第 {} 次评标未接续第 {} 次的末条记录",
    "others are kept out than the panels of unlawful attempts": "被排除的人不是组成不合法的评委会成员",
    "a move says another window than its request": "改期所写的时间与其申请不符",
    "a move changed more than window and sites": "改期改动了时间与场所以外的内容",
    "a fault was given another time than the pack says": "故障所给的时间与规则包不符",
    # scheduler.audit.standby, delivered: who is asked
    "fewer or more stand-bys than the pack allows": "候补人数超出规则包许可的范围",
    "other stand-bys than pack and request say": "候补与规则包和申请不符",
    "not everybody has the same chance to stand by": "候补的机会不是人人相等",
    "{} who sit or are out are in the lottery": "{} 名在任或已退出者仍在彩票中",
    "others may stand by than complete the panel": "可候补者不是能补足评委会的人",
    "{} could have stood by": "本有 {} 人可以候补",
    "other rules are named than leave the rank empty": "所列规则不是使该名次空缺的规则",
    "another stand-by was to be promoted": "应递补的是另一名候补",
    "stand-bys were passed over without the rule": "略过候补而没有规则依据",
    "the ticket lands on another stand-by": "中签号对应的是另一名候补",
    "silent before the invitation was there and the pack's time over": "邀请未送达或时限未满即记为未答复",
    "invitations are said to be there by several houses": "邀请的送达由多家证明",
    "nobody says so of this invitation: {}": "这份邀请的送达无人证明：{}",
    # scheduler.audit.seating, siting, siteseeds, reseating: places
    "a member has no seat": "有成员没有工位",
    "two members sit at one workstation": "两名成员同坐一个工位",
    "a member is given two seats at once": "一名成员同时得到两个工位",
    "seats are given to others than those who come": "得到工位的不是到来的人",
    "a member sits outside the lot's sites or the own city": "有成员坐在本标段场所或本市之外",
    "more members sit in one room than L8 allows": "同室成员多于规则 L8 许可的人数",
    "an owner representative sits in a room with an expert (L10)": "招标人代表与专家同室（L10）",
    "guest sites are to be drawn exactly where L2 is in force": "客场抽取与规则 L2 是否生效不一致",
    "the candidates do not fit, or another number of them is drawn than L2 says": (
        "候选客场不合要求，或抽出的数量与规则 L2 不符"
    ),
    "choices of guest sites are left out, doubled or made up": "客场组合有遗漏、重复或捏造",
    "the choices of guest sites are others than committed to": "客场组合与事先承诺的不同",
    "the drawn guest sites do not follow from the seeds": "抽出的客场不能由各方种子得出",
    "seating members elsewhere changed more than the sites": "改坐他处时改动了场所以外的内容",
    "lost sites are doubled, none of the lot's, or stand for others": "失去的场所有重复、不属本标段或本身是替代场所",
    "a site came that stands for none": "新增的场所不替代任何场所",
    "a lost site is not stood in for by one of its own city, or another one was changed": (
        "失去的场所未由同市场所替代，或改动了别的场所"
    ),
    "travel is told anew between counties of which no site is new": "为没有新场所的县区重写了路程",
    "somebody is seated elsewhere who does not sit on the panel": "改坐他处的人不是评委会成员",
    "a member who had checked in was seated elsewhere": "已签到的成员被改坐他处",
    "a member sits elsewhere than where the lost site's members go": "有成员未坐到替代场所",
    "a member is left behind at a lost site": "有成员仍留在失去的场所",
    "at the new sites the panel breaks {}": "在新场所评委会违反规则 {}",
    "the site that stands for a lost one is none of those that fit": "替代场所不在合适的场所之列",
    "another site stands for a lost one than the ticket says": "替代场所与中签号所定不符",
    # scheduler.audit.scores, reviewed, returned, glass: the evaluation
    "one blind volume stands for two bids": "两份投标用了同一份暗标",
    "no sheet of {}": "没有 {} 的评分表",
    "sheet of {}: {}": "{} 的评分表：{}",
    "{} is scored twice for {}": "{} 的 {} 一项评分两次",
    "the totals are others than the sheets give": "汇总与评分表不符",
    "the map from bids to bidders is another one": "投标人与暗标的对应不是这一份",
    "other bidders than were read out": "投标人与开标唱标时不同",
    "slot {}: identity and document do not belong together": "第 {} 份投标：身份与文件不配套",
    "the report ranks otherwise than totals and map give": "报告的排序与汇总和对应不符",
    "the report remarks otherwise on the panel than the record gives": "报告关于评委会的说明与记录不符",
    "sealed under another pseudonym": "密封的是另一个化名",
    "a review of the scores was left out, or held although the pack has none": "评分复核被略去，或规则包未设而举行",
    "the review was given another time than the pack says": "评分复核所给的时间与规则包不符",
    "the totals before the review are others than the sheets give": "复核前的汇总与评分表不符",
    "the statement on replaced scores is not what votes and sheets say": "替换评分的说明与表决和评分表不符",
    "a sheet went back that did not have to, or for another fault": "不应退回的评分表被退回，或所指差错不符",
    "a sheet that had to go back did not": "应退回的评分表没有退回",
    "added up although a sheet had to go back first": "应先退回评分表，却已汇总",
    "a sheet of {} that nobody asked for": "{} 的评分表无人要求",
    "the corrected sheet of {} changes more than it was returned for": "{} 更正的评分表改动了退回事项以外的内容",
    "resumed with the same panel, which the pack does not allow": "由原评委会恢复评审，规则包不许可",
    "an envelope opened without a confirmed order": "未经确认即应急开启",
    "the envelope opened by order is another one": "应急开启的不是所指的一份",
    "the envelope opened by order holds another bidder": "应急开启的一份所载是另一个投标人",
    # scheduler.audit.vouched: experts' own signatures
    "{}, entry {}: {}": "{}，第 {} 条记录：{}",
    "not signed, though the pack asks for it": "规则包要求签名而没有签名",
    "not sealed to the expert-identity key": "未密封给专家身份密钥",
    "the identity holds no key that the drawn leaf commits to": "身份中没有抽中时承诺的公钥",
    "signed with another key than the drawn leaf commits to": "签名所用密钥不是抽中时承诺的",
    "signed before the draw or after it was recorded": "签名早于抽中或晚于入账",
    # crypto: signatures, envelopes, commitments
    "the signature does not fit: {}": "签名不符（{}）",
    "the opening does not fit its commitment: {}": "打开的内容与承诺不符（{}）",
    "the envelope was changed or belongs to another place": "密封件被改动或出自别处",
    "the envelope is sealed to another key": "密封件密封给另一把密钥",
    "the envelope does not hold what its commitment promised": "密封件的内容与承诺不符",
    "the public key is not the one committed to": "公钥不是所承诺的公钥",
    "the proof does not hold": "证明不成立",
    "the envelope of {} is not a share sealed to that holder": "给 {} 的密封件不是密封给此人的份额",
    "expected {} bytes in lower-case hexadecimal": "应为 {} 字节的小写十六进制",
    "expected lower-case hexadecimal": "应为小写十六进制",
    "not in canonical form (RFC 8785)": "不是规范形式（RFC 8785）",
    "not a public signing key": "不是签名公钥",
    "not a public sealing key": "不是密封公钥",
    "unexpected content ({})": "内容异常（{}）",
    # who: parties to a seed, approvers, custodians, by the names that the pages give them
    "operator": "经办",
    "supervisor": "监督",
    "tenderee": "招标人",
    "pool": "专家库",
}


def in_chinese(told: str) -> str:
    """The Chinese of an English sentence of the verifier; the sentence itself where the catalogue has none."""
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(told):
            return chinese.format(*map(in_chinese, found.groups()))
    whose, _, fault = told.partition(": ")
    chinese = in_chinese(fault) if fault else fault
    return told if chinese == fault else f"{whose}：{chinese}"


def of_refusal(refusal: Refused) -> str:
    """The Chinese of a refusal: a rule by id and title, else what the catalogue says of code and facts."""
    rule = declared(RuleId(refusal.code))
    return f"违反规则 {rule.id}（{rule.title.zh}）" if rule else f"过程规则不许可：{in_chinese(str(refusal))}"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The longest sentence first: a frame such as `entry {}: {}` comes after every sentence of its own that fits."""
    ordered = sorted(SENTENCES.items(), key=lambda each: -len(each[0].replace("{}", "")))
    return tuple((re.compile("(.+?)".join(map(re.escape, en.split("{}"))), re.S), zh) for en, zh in ordered)
