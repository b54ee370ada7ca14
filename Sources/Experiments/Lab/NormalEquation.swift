import CLAPACK
import TandemTensors

/// Linear regression solved at once: `theta = (X^T X)^-1 X^T y`.
///
/// The matrix `X^T X` is symmetric and, where the columns of X are independent, positive definite;
/// LAPACK factorises it as `L L^T` (Cholesky, `dpotrf`) and solves by substitution (`dpotrs`).
public struct NormalEquation: Sendable {
  /// The solution, `[n, 1]`.
  public let solution: Tensor
  /// An estimate of the condition of `X^T X` in the 1-norm: about as many digits are lost as its
  /// logarithm says.
  public let condition: Double

  /// Why there is no solution.
  public struct Singular: Error, Equatable, CustomStringConvertible {
    /// What was found.
    public let reason: String

    public var description: String { reason }
  }

  /// The condition beyond which about two of the solution's sixteen digits are left, or fewer: too
  /// few to trust.
  static let largestCondition = 1e14

  /// Solves `X theta = y` in the sense of least squares: X `[m, n]`, y `[m, 1]`, both float64.
  ///
  /// - Parameter names: What each column of X is called in an error; columns are counted from 1
  ///   where there are no names.
  /// - Throws: `Singular` where the columns of X depend on each other, so that many theta are
  ///   equally good.
  public init(_ x: Tensor, _ y: Tensor, names: [String] = []) throws(Singular) {
    require(
      x.rank == 2 && y.shape == [x.shape[0], 1] && x.dtype == .float64 && y.dtype == .float64,
      "normal equation: X \(x.dtype)\(x.shape), y \(y.dtype)\(y.shape)")
    let (rows, columns) = (x.shape[0], x.shape[1])
    guard rows >= columns else {
      throw Singular(
        reason: "\(rows) examples cannot decide \(columns) weights: the normal equation is singular"
      )
    }
    var matrix = x.matmul(x, transposed: true, false).values
    var right = x.matmul(y, transposed: true, false).values
    let size = Int32(columns)
    let lower = CChar(UInt8(ascii: "L"))
    let norm =
      (0..<columns).map { column in
        (0..<columns).reduce(0) { $0 + abs(matrix[$1 * columns + column]) }
      }.max() ?? 0
    let failed = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lower, size, &matrix, size)
    guard failed == 0 else {
      let place = Int(failed) - 1
      let column =
        names.indices.contains(place) ? "input '\(names[place])'" : "column \(failed) of the inputs"
      throw Singular(
        reason: """
          the normal equation is singular: \(column) is a sum of multiples of the columns before it
          """)
    }
    var reciprocal = 0.0
    LAPACKE_dpocon(LAPACK_ROW_MAJOR, lower, size, &matrix, size, norm, &reciprocal)
    guard reciprocal > 1 / NormalEquation.largestCondition else {
      throw Singular(
        reason: """
          the normal equation is singular but for rounding, with a condition of \
          \(reciprocal == 0 ? "more than 1e16" : String(describing: 1 / reciprocal)): some column \
          of the inputs is nearly a sum of multiples of others
          """)
    }
    LAPACKE_dpotrs(LAPACK_ROW_MAJOR, lower, size, 1, &matrix, size, &right, 1)
    solution = Tensor(right, [columns, 1], .float64)
    condition = 1 / reciprocal
  }
}
