"""The words of a report: headings, what each figure means, what else must be known.

They are part of the document, which is in Chinese whoever reads it.
"""

from collections.abc import Iterator

from examcenter.exams.rules import AttemptRule, Plan
from question_bank.scoring import decimal_text

HEADINGS = {
    "code": "单位代码",
    "name": "单位名称",
    "level": "层级",
    "group": "分组",
    "enrolled": "在册人数",
    "exempt": "免考人数",
    "exempt_after_cutoff": "截止后新增免考",
    "to_study": "应学人数",
    "studied": "参学人数",
    "credit_met": "学分达标人数",
    "eligible": "应考人数",
    "sat": "实考人数",
    "passed": "合格人数",
    "excellent": "优秀人数",
    "absent": "缺考人数",
    "voided": "违纪(作废)人数",
    "exemption_rate": "免考率",
    "study_rate": "参学率",
    "participation_rate": "参考率",
    "pass_rate": "合格率",
    "excellence_rate": "优秀率",
    "average": "平均分",
    "highest": "最高分",
    "lowest": "最低分",
    "rank": "排名",
}
"""The Chinese heading of each key of a row, in the order of the columns."""

_EXCELLENT = "优秀"

_COUNTED = {
    AttemptRule.BEST: "取最高分的一次（同分取先考的一次）",
    AttemptRule.LAST: "取最后一次",
    AttemptRule.FIRST: "取第一次",
}

_NO_STUDY = (
    "本方案学分要求为 0 且本中心没有学习记录，应学人员全部计入，不反映实际学习情况"
)


def excellent_from(plan: Plan) -> int:
    """Return the score from which somebody is excellent, in hundredths.

    It is where the grade 优秀 begins or, in a plan without one, the highest grade;
    never below the pass mark.
    """
    named = [grade.from_ for grade in plan.grades if grade.name == _EXCELLENT]
    begins = named or [grade.from_ for grade in plan.grades] or [plan.full_marks]
    return max(*begins, plan.pass_mark)


def definitions(plan: Plan) -> dict[str, str]:
    """Return for each figure what it is under *plan*: the formula with its base."""
    counted = _COUNTED[plan.attempt_rule]
    pass_mark = decimal_text(plan.pass_mark)
    excellent = decimal_text(excellent_from(plan))
    return {
        "level": "在单位树中的深度，根为 0；各行均含所有下级单位",
        "enrolled": "发布考试时名册中的在职人员，按编制单位（名册所在单位）统计",
        "exempt": "发布考试时已获准免考的人数",
        "exempt_after_cutoff": "发布考试之后才获准免考的人数；仍计入应考",
        "to_study": "在册 − 免考",
        "studied": f"应学人员中学分达标的人数；{_NO_STUDY}",
        "credit_met": f"应学人员中学分达到方案要求的人数；{_NO_STUDY}",
        "eligible": "在册 − 免考；不扣除缺考人员",
        "sat": "应考人员中至少有一份答卷已交（本人交卷或由系统、考务收卷）的人数，"
        "每人只计一次；未交的答卷、因故障重置的答卷不计，违纪作废的仍计",
        "passed": f"计分的一次不低于 {pass_mark} 分的人数",
        "excellent": f"计分的一次不低于 {excellent} 分的人数",
        "absent": "应考 − 实考",
        "voided": "计分的一次被决定作废的人数；计入实考，不计入合格和平均分",
        "exemption_rate": "免考 ÷ 在册",
        "study_rate": f"参学 ÷ 应学；{_NO_STUDY}",
        "participation_rate": "实考 ÷ 应考",
        "pass_rate": "合格 ÷ 实考",
        "excellence_rate": "优秀 ÷ 实考",
        "average": "实考人员计分的一次的平均分，截取两位小数",
        "highest": "实考人员计分的一次的最高分",
        "lowest": "实考人员计分的一次的最低分",
        "rank": "同一分组、同一层级的单位之间按合格率的精确分数排名，"
        "相同者并列，其后名次顺延；无人实考的单位不排名",
        "counted_attempt": f"一人有几次考试的，{counted}；每人最多 {plan.attempts} 次",
        "rates": "按整数计算后截取两位小数，不四舍五入；全部达到才写 100%，"
        "一人没有才写 0%，不足万分之一写 <0.01%，没有人可计的写 —",
    }


def footnotes(*, is_over: bool, is_part: bool, unmarked: int) -> Iterator[str]:
    """Give what a reader must know besides the definitions, as sentences.

    *is_part* says that the reader sees a part of the tree only; *unmarked* counts the
    people whose counted attempt has no marks yet.
    """
    yield "名册和单位树以发布考试时冻结的为准，之后的人员异动不影响本表。"
    if not is_over:
        yield "考试尚未结束：缺考人数为截至统计时刻还没有交卷的人数。"
    if unmarked:
        yield (
            f"有 {unmarked} 人的答卷尚未评分，已计入实考，"
            "未计入合格、优秀和平均分；评分后数字会变化。"
        )
    yield "借调、挂职人员计入编制所在单位。"
    yield "合计为各行所含人员之和，每人只计一次；合计的率为人数之和相除，不是率的平均。"
    if is_part:
        yield "本表只含有权查看的单位，因此不作排名。"
