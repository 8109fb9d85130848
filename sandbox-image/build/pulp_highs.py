"""PuLP's solver where no program can be started and no file be written: HiGHS, called in this process.

Patched into `pulp` at image build. CBC's classes keep their names and arguments, so that `PULP_CBC_CMD(msg=False)`
works as code expects; of the arguments count `mip`, `msg`, `timeLimit`, `gapRel` and `gapAbs`.
"""

import highspy
from highspy import HighsModelStatus as Model
from pulp import constants

_STATUS = {
    Model.kOptimal: (constants.LpStatusOptimal, constants.LpSolutionOptimal),
    Model.kModelEmpty: (constants.LpStatusOptimal, constants.LpSolutionOptimal),
    Model.kInfeasible: (constants.LpStatusInfeasible, constants.LpSolutionInfeasible),
    Model.kUnbounded: (constants.LpStatusUnbounded, constants.LpSolutionUnbounded),
    Model.kUnboundedOrInfeasible: (constants.LpStatusInfeasible, constants.LpSolutionInfeasible),
}
_STOPPED = (constants.LpStatusNotSolved, constants.LpSolutionNoSolutionFound)
_STOPPED_WITH_A_SOLUTION = (constants.LpStatusOptimal, constants.LpSolutionIntegerFeasible)
_OPTIONS = {"gapRel": "mip_rel_gap", "gapAbs": "mip_abs_gap"}


def install(*solvers):
    """Makes these solver classes of PuLP solve with HiGHS."""
    for solver in solvers:
        solver.available = lambda self: True
        solver.actualSolve = _solve


def _solve(self, lp, **_):
    if lp.sos1 or lp.sos2:
        raise constants.PulpError("special ordered sets are not supported by the solver here")
    variables = lp.variables()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", bool(self.msg))
    if self.timeLimit is not None:
        highs.setOptionValue("time_limit", float(self.timeLimit))
    for name, value in self.optionsDict.items():
        if name in _OPTIONS:
            highs.setOptionValue(_OPTIONS[name], value)
    highs.passModel(_model(lp, variables, self.mip))
    highs.run()
    _read(lp, variables, highs)
    status = _STATUS.get(highs.getModelStatus())
    if status is None:
        has_solution = highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        status = _STOPPED_WITH_A_SOLUTION if has_solution else _STOPPED
    lp.assignStatus(*status)
    return status[0]


def _model(lp, variables, is_mixed_integer):
    infinity = highspy.kHighsInf
    index = {variable.name: position for position, variable in enumerate(variables)}
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(variables), len(lp.constraints)
    maximize = lp.sense == constants.LpMaximize
    model.sense_ = highspy.ObjSense.kMaximize if maximize else highspy.ObjSense.kMinimize
    objective = lp.objective if lp.objective is not None else {}
    model.offset_ = getattr(objective, "constant", 0)
    costs = {variable.name: cost for variable, cost in objective.items()}
    model.col_cost_ = [costs.get(variable.name, 0) for variable in variables]
    model.col_lower_ = [-infinity if variable.lowBound is None else variable.lowBound for variable in variables]
    model.col_upper_ = [infinity if variable.upBound is None else variable.upBound for variable in variables]
    kinds = highspy.HighsVarType
    if is_mixed_integer:
        model.integrality_ = [
            kinds.kInteger if variable.cat == constants.LpInteger else kinds.kContinuous for variable in variables
        ]
    lower, upper, starts, columns, values = [], [], [0], [], []
    for constraint in lp.constraints.values():
        bound = -constraint.constant
        lower.append(-infinity if constraint.sense == constants.LpConstraintLE else bound)
        upper.append(infinity if constraint.sense == constants.LpConstraintGE else bound)
        columns += [index[variable.name] for variable in constraint]
        values += constraint.values()
        starts.append(len(columns))
    model.row_lower_, model.row_upper_ = lower, upper
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, columns, values
    return model


def _read(lp, variables, highs):
    """Values, and where the problem has them, reduced costs and shadow prices."""
    solution = highs.getSolution()
    for position, variable in enumerate(variables if solution.value_valid else ()):
        value = solution.col_value[position]
        is_integer = variable.cat == constants.LpInteger and abs(value - round(value)) < 1e-5
        variable.varValue = float(round(value)) if is_integer else value + 0.0
        variable.dj = solution.col_dual[position] if solution.dual_valid else None
    for position, constraint in enumerate(lp.constraints.values() if solution.value_valid else ()):
        constraint.pi = solution.row_dual[position] if solution.dual_valid else None
        constraint.slack = -constraint.constant - solution.row_value[position]
