"""Linear programmes, solved by HiGHS. Methods, section 9.

HiGHS is the solver that scipy asks as well; asked directly it comes without the rest of scipy.
"""

from __future__ import annotations

import numpy as np

from models.market.snapshot import Floats


def most_within(worth: Floats, lines: Floats, bounds: Floats, tops: Floats) -> Floats | None:
    """Return the x of shape (n,) that makes `worth @ x` largest, to HiGHS's tolerance of 1e-7.

    Parameters
    ----------
    worth : of shape (n,), what one of each is worth
    lines, bounds : of shapes (m, n) and (m,), finite: `lines @ x <= bounds`
    tops : of shape (n,), finite: `0 <= x <= tops`

    Returns
    -------
    The answer, or None when no x keeps within the bounds. It is the same at every call: one thread, no time
    limit.
    """
    # Slow to load, and few plans break a limit.
    import highspy

    rows, columns = lines.shape
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = columns, rows
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.col_cost_ = worth
    programme.col_lower_, programme.col_upper_ = np.zeros(columns), tops
    programme.row_lower_, programme.row_upper_ = np.full(rows, -highspy.kHighsInf), bounds
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = columns, rows
    matrix.start_ = np.arange(rows + 1, dtype=np.int32) * columns
    matrix.index_ = np.tile(np.arange(columns, dtype=np.int32), rows)
    matrix.value_ = lines.ravel()
    solver = highspy.Highs()  # type: ignore[no-untyped-call] # all else in highspy is typed
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.asarray(solver.getSolution().col_value, dtype=np.float64)
