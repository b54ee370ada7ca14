import CConvolution

/// How the CPU backend computes a convolution: the one place where shapes choose.
///
/// Measured on two cores of a Zen 5 (2 x 245 GFLOP/s float32 at best) with oneDNN 2.6.3, batch
/// 64; GFLOP/s of oneDNN and of CConvolution.
enum ConvolutionMethod {
  /// As matrix products of pixels: a 1x1 kernel that moves nothing. (oneDNN 2.6.3 computes the
  /// transpose of these wrong in bfloat16.)
  case product
  /// The kernels of CConvolution.
  case patches
  /// oneDNN's primitives.
  case primitive

  init(_ part: Convolution.Part, _ geometry: ConvolutionGeometry, _ dtype: DType) {
    if geometry.isPointwise {
      self = .product
    } else if dtype == .float32 && geometry.suitsPatches && ConvolutionMethod.hasPatches {
      self = geometry.prefersPatches(part) ? .patches : .primitive
    } else {
      self = .primitive
    }
  }

  private static let hasPatches = cconv_is_available() != 0
}

extension ConvolutionGeometry {
  /// Whether every output pixel is a product of the weights with one input pixel.
  fileprivate var isPointwise: Bool {
    groups == 1 && kernel == Size(1, 1) && stride == Size(1, 1) && padding == Size(0, 0)
  }

  /// Whether CConvolution covers it.
  fileprivate var suitsPatches: Bool {
    groups == 1 && dilation == Size(1, 1) && stride.height <= min(16, kernel.height)
      && stride.width <= min(16, kernel.width)
  }

  fileprivate func prefersPatches(_ part: Convolution.Part) -> Bool {
    let outputPixels = output.height * output.width
    return switch part {
    case .forward:
      // 256->512, 8x8 to 4x4: 259 and 451. 256->100, 4x4 to 1x1: 49 and 272. On larger images
      // oneDNN is ahead by up to a tenth (64->128, 16x16 to 8x8: 522 and 470).
      outputPixels <= 16
    case .transpose:
      // 3->64, 64x64 from 32x32: 74 and 200. 64->128, 32x32 from 16x16: 388 and 460. From a
      // single pixel the padding would be most of the work (256->100: 123 and 27).
      outputPixels > 1
    case .weight:
      // 128->256, 8x8 to 4x4: 363 and 500. 256->512: 329 and 550. 256->100, 4x4 to 1x1: 67 and
      // 256. With few channels the blocks of six are not filled (1->64, 32x32: 310 and 190).
      inputChannels >= 6
    }
  }

  /// The convolution as CConvolution takes it.
  var patchShape: cconv_shape {
    cconv_shape(
      batch: Int32(batch), input_channels: Int32(inputChannels),
      output_channels: Int32(outputChannels), input_height: Int32(input.height),
      input_width: Int32(input.width), output_height: Int32(output.height),
      output_width: Int32(output.width), kernel_height: Int32(kernel.height),
      kernel_width: Int32(kernel.width), stride_height: Int32(stride.height),
      stride_width: Int32(stride.width), padding_height: Int32(padding.height),
      padding_width: Int32(padding.width))
  }
}
