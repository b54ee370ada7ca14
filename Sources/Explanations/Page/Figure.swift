import TandemCharts

/// The picture of a network: where its parts lie and which numbers stand in them, in units.
public struct Figure: Sendable {
  /// A number with its label.
  public struct Row: Sendable {
    /// What the number says of its part: found on the way forward or back, or a parameter.
    public enum Role: String, Sendable {
      case forward, backward, parameter
    }

    /// The label as markup.
    public var label: String
    public var quantity: Quantity
    public var role: Role

    /// A number with its label.
    public init(_ label: String, _ quantity: Quantity, _ role: Role) {
      (self.label, self.quantity, self.role) = (label, quantity, role)
    }
  }

  /// A unit: a box with its numbers.
  public struct Node: Sendable {
    public var id: String
    /// The unit's name as markup.
    public var title: String
    /// The middle of the box.
    public var center: Position
    public var width: Double
    public var rows: [Row]

    /// A box around `center`.
    public init(
      _ id: String, _ title: String, at center: Position, width: Double = Figure.Node.usualWidth,
      rows: [Row]
    ) {
      (self.id, self.title, self.center, self.width, self.rows) = (id, title, center, width, rows)
    }

    /// How wide a box is in which six digits with sign and exponent stand beside a short label.
    public static let usualWidth = 160.0

    /// Half the height of a box of so many numbers.
    static func halfHeight(rows: Int) -> Double {
      (Figure.titleHeight + Figure.rowHeight * Double(rows) + 8) / 2
    }

    /// The box's edges.
    public var box: Box {
      let height = 2 * Node.halfHeight(rows: rows.count)
      return Box(
        x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
    }
  }

  /// A line from one unit to another, with its weight's numbers beside it.
  public struct Edge: Sendable {
    public var id: String
    public var start: Position
    public var end: Position
    /// Where the label lies between start and end, 0 to 1.
    public var labelAt: Double
    public var rows: [Row]

    /// A line with its numbers.
    public init(
      _ id: String, from start: Position, to end: Position, labelAt: Double = 0.3, rows: [Row] = []
    ) {
      (self.id, self.start, self.end, self.labelAt, self.rows) = (id, start, end, labelAt, rows)
    }
  }

  /// A dashed line around units that belong together.
  public struct Frame: Sendable {
    public var id: String
    public var box: Box

    /// A frame along the edges of a box.
    public init(_ id: String, _ box: Box) { (self.id, self.box) = (id, box) }
  }

  /// A matrix: cells with a number each.
  public struct Grid: Sendable {
    public var id: String
    /// What it is, as markup.
    public var title: String
    public var origin: Position
    public var columns: Int
    public var cell: Position
    /// The numbers, row by row.
    public var quantities: [Quantity]
    public var role: Row.Role

    /// A matrix whose left top corner is `origin`; a cell's id is the grid's with its number.
    public init(
      _ id: String, _ title: String, at origin: Position, columns: Int,
      cell: Position, _ quantities: [Quantity], _ role: Row.Role
    ) {
      (self.id, self.title, self.origin, self.columns) = (id, title, origin, columns)
      (self.cell, self.quantities, self.role) = (cell, quantities, role)
    }

    /// How many rows there are.
    public var rows: Int { (quantities.count + columns - 1) / columns }
    /// The edges of the cell at `index`.
    public func box(of index: Int) -> Box {
      Box(
        x: origin.x + Double(index % columns) * cell.x,
        y: origin.y + Double(index / columns) * cell.y, width: cell.x, height: cell.y)
    }
  }

  /// A line of text.
  public struct Caption: Sendable {
    public var text: String
    public var position: Position
    public var isCentered: Bool

    /// A line of markup at a position.
    public init(_ text: String, at position: Position, isCentered: Bool = true) {
      (self.text, self.position, self.isCentered) = (text, position, isCentered)
    }
  }

  public var width: Double
  public var height: Double
  public var edges: [Edge] = []
  public var frames: [Frame] = []
  public var nodes: [Node] = []
  public var grids: [Grid] = []
  public var captions: [Caption] = []

  // Sizes of text and the heights of its lines, in units: the page shows a unit as a pixel where the
  // window is wide enough, and as not much less where it is not.
  static let titleSize = 14.5
  static let titleHeight = 22.0
  static let rowSize = 13.5
  static let rowHeight = 18.0
  static let cellSize = 12.0
  static let labelSize = 12.0
  static let labelHeight = 15.0
  static let labelWidth = 138.0

  /// An empty picture.
  public init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }

  /// Every number in it.
  var quantities: [Quantity] {
    nodes.flatMap(\.rows).map(\.quantity) + edges.flatMap(\.rows).map(\.quantity)
      + grids.flatMap(\.quantities)
  }

  /// Draws the picture; each part between `begin` and `end` of its id.
  func draw(on pen: some FigurePen) {
    for frame in frames {
      pen.begin(frame.id, "frame")
      pen.box(frame.box, .frame)
      pen.end()
    }
    for edge in edges {
      pen.begin(edge.id, "edge")
      pen.line(from: edge.start, to: edge.end)
      pen.end()
    }
    for edge in edges where !edge.rows.isEmpty { drawLabel(of: edge, on: pen) }
    for node in nodes {
      let box = node.box
      pen.begin(node.id, "node")
      pen.box(box, .node)
      pen.text(
        node.title, at: Position(node.center.x, box.y + Figure.titleHeight / 2 + 2),
        size: Figure.titleSize, .center, .title, nil)
      for (index, row) in node.rows.enumerated() {
        pen.row(
          row, from: box.x + 8, to: box.maxX - 8,
          y: box.y + Figure.titleHeight + Figure.rowHeight * (Double(index) + 0.5) + 3,
          size: Figure.rowSize)
      }
      pen.end()
    }
    for grid in grids { draw(grid, on: pen) }
    for caption in captions {
      pen.text(
        caption.text, at: caption.position, size: Figure.titleSize,
        caption.isCentered ? .center : .left, .title, nil)
    }
  }

  /// Draws the numbers beside a line, above all lines; the part's id is the edge's with `.label`.
  private func drawLabel(of edge: Edge, on pen: some FigurePen) {
    let middle = edge.start + (edge.end - edge.start) * edge.labelAt
    let height = Figure.labelHeight * Double(edge.rows.count)
    let half = Figure.labelWidth / 2
    pen.begin("\(edge.id).label", "edge")
    pen.box(
      Box(
        x: middle.x - half, y: middle.y - height / 2 - 2, width: Figure.labelWidth,
        height: height + 4), .label)
    for (index, row) in edge.rows.enumerated() {
      pen.row(
        row, from: middle.x - half + 3, to: middle.x + half - 3,
        y: middle.y - height / 2 + Figure.labelHeight * (Double(index) + 0.5),
        size: Figure.labelSize)
    }
    pen.end()
  }

  private func draw(_ grid: Grid, on pen: some FigurePen) {
    pen.begin(grid.id, "grid")
    pen.text(
      grid.title, at: Position(grid.origin.x, grid.origin.y - 13), size: Figure.titleSize, .left,
      .title, nil)
    pen.end()
    for (index, quantity) in grid.quantities.enumerated() {
      let box = grid.box(of: index)
      pen.begin("\(grid.id).\(index)", "cell")
      pen.box(box, .cell)
      pen.text(
        quantity.shortText, at: Position(box.x + box.width / 2, box.y + box.height / 2),
        size: Figure.cellSize, .center, .value(grid.role), quantity)
      pen.end()
    }
  }
}

/// What a picture is drawn with: lines of SVG, or a canvas.
protocol FigurePen {
  func begin(_ id: String, _ kind: String)
  func end()
  func line(from start: Position, to end: Position)
  func box(_ box: Box, _ kind: FigureBox)
  /// A line of markup whose middle is at a height; `quantity` is the number that it shows.
  func text(
    _ markup: String, at position: Position, size: Double, _ alignment: Canvas.TextAlignment,
    _ role: FigureText, _ quantity: Quantity?)
}

enum FigureBox: String {
  case node, label, cell, frame
}

enum FigureText {
  case title, label
  case value(Figure.Row.Role)
}

extension FigurePen {
  /// A label on the left and its number on the right.
  func row(_ row: Figure.Row, from left: Double, to right: Double, y: Double, size: Double) {
    text(row.label, at: Position(left, y), size: size, .left, .label, nil)
    text(
      row.quantity.shortText, at: Position(right, y), size: size, .right, .value(row.role),
      row.quantity)
  }
}
