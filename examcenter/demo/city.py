"""云溪市, which does not exist: its departments and people, always the same ones."""

import csv
import io

from question_bank.drawing import stream

ROOT = "900000"

_DEPARTMENTS = (
    ("900000", "云溪市", "", "市", ""),
    ("900001", "市司法局", "900000", "市直", "市直"),
    ("900002", "市公安局", "900000", "市直", "市直"),
    ("900003", "市财政局", "900000", "市直", "市直"),
    ("900004", "市教育局", "900000", "市直", "市直"),
    ("900005", "市人力资源和社会保障局", "900000", "市直", "市直"),
    ("900006", "市卫生健康委员会", "900000", "市直", "市直"),
    ("900007", "市生态环境局", "900000", "市直", "市直"),
    ("900008", "市市场监督管理局", "900000", "市直", "市直"),
    ("900010", "临江区", "900000", "县市区", "县市区"),
    ("900011", "临江区司法局", "900010", "区直", "县市区"),
    ("900012", "临江区教育局", "900010", "区直", "县市区"),
    ("900013", "临江区城市管理局", "900010", "区直", "县市区"),
    ("900014", "临江区望湖街道", "900010", "街道", "县市区"),
    ("900020", "青山县", "900000", "县市区", "县市区"),
    ("900021", "青山县公安局", "900020", "县直", "县市区"),
    ("900022", "青山县农业农村局", "900020", "县直", "县市区"),
    ("900023", "青山县自然资源局", "900020", "县直", "县市区"),
    ("900024", "青山县白石镇", "900020", "乡镇", "县市区"),
    ("900025", "青山县竹溪乡", "900020", "乡镇", "县市区"),
)

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "安博晨德恩方国海佳凯立明宁平清然书婷文晓欣雅彦怡宇泽志卓子宗"
_CATEGORIES = ("公务员", "公务员", "公务员", "参公", "行政执法人员", "事业编")
_RANKS = ("科员", "科员", "科员", "科级", "科级", "处级")

PEOPLE = 300


def departments_file() -> bytes:
    """Return the tree of 20 departments as the CSV file an office would bring."""
    header = ("单位代码", "单位名称", "上级单位代码", "层级", "分组")
    return _written([header, *_DEPARTMENTS])


def roster_file() -> bytes:
    """Return 300 people as the CSV file an office would bring; six are exempt."""
    header = (
        "工号",
        "姓名",
        "单位代码",
        "人员类别",
        "职务层次",
        "在职状态",
        "免考原因",
    )
    return _written([header, *(_person(number) for number in range(1, PEOPLE + 1))])


def _person(number: int) -> tuple[str, ...]:
    draws = stream(b"\0" * 32, "demo-person", str(number))
    homes = [d for d in _DEPARTMENTS if d[3] not in {"市", "县市区"}]
    given = [_GIVEN[draws.below(len(_GIVEN))] for _ in range(1 + draws.below(2))]
    return (
        f"YX{number:05}",
        _SURNAMES[draws.below(len(_SURNAMES))] + "".join(given),
        homes[draws.below(len(homes))][0],
        _CATEGORIES[draws.below(len(_CATEGORIES))],
        _RANKS[draws.below(len(_RANKS))],
        "在职",
        "距退休不足2年" if number % 50 == 0 else "",
    )


def _written(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
