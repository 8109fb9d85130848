import json
import unittest

import support  # noqa: F401 - the path to the runner
from runner import tables

try:
    import pandas
except ModuleNotFoundError:  # not in every Python that runs these tests; in the image it is
    pandas = None

LONG = "x" * 5_000


class Loud:
    def __repr__(self) -> str:
        raise SystemExit(3)


@unittest.skipUnless(pandas, "needs pandas")
class ResourceTest(unittest.TestCase):
    def resource(self, value: object) -> dict:
        text = tables.resource(value)
        self.assertLessEqual(len(text.encode()), tables.BYTES_MAX)
        return json.loads(text)

    def test_a_frame_has_fields_with_types_rows_and_its_shape(self) -> None:
        frame = pandas.DataFrame({"n": [1, 2], "x": [0.5, None], "s": ["a", None], "b": [True, False]})
        self.assertEqual(
            self.resource(frame),
            {
                "profile": "tabular-data-resource",
                "shape": [2, 4],
                "schema": {
                    "fields": [
                        {"name": "index", "type": "integer"},
                        {"name": "n", "type": "integer"},
                        {"name": "x", "type": "number"},
                        {"name": "s", "type": "string"},
                        {"name": "b", "type": "boolean"},
                    ],
                    "primaryKey": ["index"],
                },
                "data": [
                    {"index": 0, "n": 1, "x": 0.5, "s": "a", "b": True},
                    {"index": 1, "n": 2, "x": None, "s": None, "b": False},
                ],
            },
        )

    def test_a_series_is_a_table_of_one_column(self) -> None:
        unnamed = self.resource(pandas.Series([1.5], index=["a"]))
        self.assertEqual((unnamed["shape"], unnamed["data"]), ([1], [{"index": "a", "values": 1.5}]))
        self.assertEqual(self.resource(pandas.Series([1], name="n"))["data"], [{"index": 0, "n": 1}])

    def test_knows_the_types_of_pandas(self) -> None:
        times = pandas.to_datetime(["2024-01-02"], utc=True)
        columns = {
            "datetime": times,
            "duration": pandas.to_timedelta([90], unit="s"),
            "integer": pandas.array([1], dtype="Int64"),
            "boolean": pandas.array([True], dtype="boolean"),
            "string": pandas.array(["a"], dtype="string"),
        }
        fields = self.resource(pandas.DataFrame(columns))["schema"]["fields"]
        self.assertEqual([field["type"] for field in fields[1:]], list(columns))

    def test_cells_are_what_json_can_say(self) -> None:
        cells = [
            (pandas.NaT, None),
            (pandas.NA, None),
            (float("nan"), None),
            (float("-inf"), "-INF"),
            (2**70, str(2**70)),
            (pandas.Timestamp("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05+00:00"),
            (pandas.Timedelta(seconds=90), "P0DT0H1M30S"),
            (b"\xff", "b'\\xff'"),
            ([1, "a"], "[1, 'a']"),
            (Loud(), "<Loud: its repr raised SystemExit>"),
            (LONG, f"{LONG[:1_000]}…"),
            ("a\ud800", "a\ufffd"),
        ]
        frame = pandas.DataFrame({"a": pandas.Series([cell for cell, _ in cells], dtype=object)})
        self.assertEqual([row["a"] for row in self.resource(frame)["data"]], [expected for _, expected in cells])

    def test_categories_are_named_in_the_field(self) -> None:
        frame = pandas.DataFrame({"c": pandas.Categorical(["u", None], categories=["u", "v"], ordered=True)})
        resource = self.resource(frame)
        self.assertEqual(
            resource["schema"]["fields"][1],
            {"name": "c", "type": "string", "ordered": True, "constraints": {"enum": ["u", "v"]}},
        )
        self.assertEqual([row["c"] for row in resource["data"]], ["u", None])

    def test_every_level_of_an_index_is_a_field(self) -> None:
        index = pandas.MultiIndex.from_tuples([(1, "a"), (1, "b")], names=["n", None])
        resource = self.resource(pandas.DataFrame({("x", "y"): [1, 2]}, index=index))
        self.assertEqual(resource["data"][0], {"n": 1, "level_1": "a", "('x', 'y')": 1})
        self.assertEqual(resource["schema"]["primaryKey"], ["n", "level_1"])

    def test_columns_of_one_name_stay_apart(self) -> None:
        frame = pandas.DataFrame([[1, 2, 3, 4]], columns=["a", "a", "a.1", "index"])
        self.assertEqual(list(self.resource(frame)["data"][0].values()), [0, 1, 2, 3, 4])

    def test_an_index_that_repeats_is_no_key(self) -> None:
        self.assertNotIn("primaryKey", self.resource(pandas.Series([1, 2], index=[0, 0]))["schema"])

    def test_holds_at_most_a_thousand_rows_of_long_frames(self) -> None:
        resource = self.resource(pandas.DataFrame({"a": range(5_000)}))
        self.assertEqual((len(resource["data"]), resource["shape"]), (1_000, [5_000, 1]))

    def test_holds_a_part_of_wide_frames(self) -> None:
        resource = self.resource(pandas.DataFrame([[0] * 10_000] * 500))
        self.assertEqual((len(resource["schema"]["fields"]), resource["shape"]), (1_001, [500, 10_000]))
        self.assertTrue(0 < len(resource["data"]) <= 100)

    def test_holds_as_many_rows_as_there_is_room_for(self) -> None:
        resource = self.resource(pandas.DataFrame({"a": [LONG] * 2_000}))
        self.assertTrue(0 < len(resource["data"]) < 1_000)

    def test_an_empty_frame_is_a_table(self) -> None:
        self.assertEqual(self.resource(pandas.DataFrame())["data"], [])


if __name__ == "__main__":
    unittest.main()
