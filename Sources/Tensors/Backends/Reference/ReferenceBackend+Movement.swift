extension ReferenceBackend {
  public func transpose(_ x: Tensor, permutation: [Int]) -> Tensor {
    let reader = ElementReader(x)
    return tensor(Shape(permutation.map { x.shape[$0] })) { index in
      var source = index
      for (to, from) in permutation.enumerated() { source[from] = index[to] }
      return reader[source]
    }
  }

  public func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
    let reader = ElementReader(x)
    return tensor(shape) { reader[broadcast: $0] }
  }

  public func slice(_ x: Tensor, starts: [Int], sizes: [Int], steps: [Int]) -> Tensor {
    let reader = ElementReader(x)
    return tensor(Shape(sizes)) { index in
      reader[index.indices.map { starts[$0] + index[$0] * steps[$0] }]
    }
  }

  public func addSlice(_ x: Tensor, to total: inout Tensor, starts: [Int], steps: [Int]) {
    let reader = ElementReader(x)
    let strides = total.shape.strides
    total.withUniqueStorage { pointer in
      let elements = pointer.assumingMemoryBound(to: Double.self)
      forEachIndex(of: x.shape) { index in
        var place = 0
        for axis in index.indices {
          place += (starts[axis] + index[axis] * steps[axis]) * strides[axis]
        }
        elements[place] += reader[index]
      }
    }
  }

  public func pad(_ x: Tensor, low: [Int], high: [Int], interior: [Int], value: Double) -> Tensor {
    let reader = ElementReader(x)
    let shape = Shape(
      x.shape.indices.map {
        low[$0] + high[$0] + x.shape[$0] + max(x.shape[$0] - 1, 0) * interior[$0]
      })
    return tensor(shape) { index in
      var source = index
      for axis in index.indices {
        let (quotient, remainder) = (index[axis] - low[axis])
          .quotientAndRemainder(dividingBy: interior[axis] + 1)
        guard index[axis] >= low[axis], remainder == 0, quotient < x.shape[axis] else {
          return value
        }
        source[axis] = quotient
      }
      return reader[source]
    }
  }

  public func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    let readers = tensors.map(ElementReader.init)
    let total = tensors.reduce(0) { $0 + $1.shape[axis] }
    return tensor(tensors[0].shape.replacing(axis, with: total)) { index in
      var index = index
      for reader in readers {
        if index[axis] < reader.shape[axis] { return reader[index] }
        index[axis] -= reader.shape[axis]
      }
      fatalError("concatenate: the extents along axis \(axis) do not add up")
    }
  }

  public func gather(_ x: Tensor, indices: Tensor, axis: Int) -> Tensor {
    let reader = ElementReader(x)
    let positions = ElementReader(indices)
    let (front, back) = (x.shape.prefix(axis), x.shape.dropFirst(axis + 1))
    return tensor(Shape(front + indices.shape.extents + back)) { index in
      let position = Int(positions[Array(index[axis..<(axis + indices.rank)])])
      return reader[Array(index[..<axis]) + [position] + index[(axis + indices.rank)...]]
    }
  }

  public func scatterAdd(_ x: Tensor, indices: Tensor, axis: Int, count: Int) -> Tensor {
    let positions = ElementReader(indices)
    let (front, back) = (x.shape.prefix(axis), x.shape.dropFirst(axis + indices.rank))
    let shape = Shape(front + [count] + back)
    let target = ElementReader(Tensor(zeros: shape, .float64))
    var totals = target.values
    let values = x.values
    var position = 0
    forEachIndex(of: x.shape) { index in
      let row = Int(positions[Array(index[axis..<(axis + indices.rank)])])
      let place = Array(index[..<axis]) + [row] + index[(axis + indices.rank)...]
      totals[target.offset(place)] += values[position]
      position += 1
    }
    return Tensor(totals, shape, .float64)
  }
}
