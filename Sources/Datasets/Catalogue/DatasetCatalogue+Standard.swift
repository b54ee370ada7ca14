extension DatasetCatalogue.Entry {
  /// The data sets every user has by name.
  public static let standard: [Self] = [
    fashionMNIST, mnist, ring, grid, tinyShakespeare, bibleKJV, sunspots,
  ]

  /// Zalando's images of clothes.
  public static let fashionMNIST = Self(
    name: "fashion-mnist",
    summary: "70,000 grey 28x28 images of clothes in 10 classes (60,000 train, 10,000 test)",
    licence: "MIT",
    homepage: "https://github.com/zalandoresearch/fashion-mnist",
    debianPackage: "dataset-fashion-mnist",
    files: idx(
      at: [
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
      ],
      [
        (
          "train-images-idx3-ubyte.gz", 26_421_880,
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        (
          "train-labels-idx1-ubyte.gz", 29_515,
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        (
          "t10k-images-idx3-ubyte.gz", 4_422_102,
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        (
          "t10k-labels-idx1-ubyte.gz", 5_148,
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
      ]),
    classes: Classes(names: [
      "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ]))

  /// The handwritten digits of LeCun, Cortes and Burges.
  public static let mnist = Self(
    name: "mnist",
    summary: "70,000 grey 28x28 images of handwritten digits (60,000 train, 10,000 test)",
    licence: "none stated by its authors",
    homepage: "http://yann.lecun.com/exdb/mnist/",
    files: idx(
      at: [
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
      ],
      [
        (
          "train-images-idx3-ubyte.gz", 9_912_422,
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        ),
        (
          "train-labels-idx1-ubyte.gz", 28_881,
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        (
          "t10k-images-idx3-ubyte.gz", 1_648_877,
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        (
          "t10k-labels-idx1-ubyte.gz", 4_542,
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
      ]),
    classes: Classes(count: 10))

  /// Gaussians on a circle.
  public static let ring = Self(
    name: "ring",
    summary: "endless points of 8 Gaussians on a circle: do all modes survive?",
    licence: "none needed: generated",
    homepage: "https://arxiv.org/abs/1712.04086",
    files: [], classes: Classes(count: 8))

  /// Gaussians on a square grid.
  public static let grid = Self(
    name: "grid",
    summary: "endless points of 25 Gaussians on a 5x5 grid: do all modes survive?",
    licence: "none needed: generated",
    homepage: "https://arxiv.org/abs/1712.04086",
    files: [], classes: Classes(count: 25))

  /// The text of char-rnn.
  public static let tinyShakespeare = Self(
    name: "tiny-shakespeare",
    summary: "1.1 MB of Shakespeare's plays, 65 different characters",
    licence: "public-domain text",
    homepage: "https://github.com/karpathy/char-rnn",
    files: [
      RemoteFile(
        name: "input.txt",
        urls: [
          "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
        ],
        sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        size: 1_115_394)
    ])

  /// The text of Debian's package.
  public static let bibleKJV = Self(
    name: "bible-kjv",
    summary: "4.2 MB of the King James Bible, 31,102 verses, one a line",
    licence: "public-domain text",
    homepage: "https://packages.debian.org/stable/bible-kjv-text",
    debianPackage: "bible-kjv-text",
    systemFile: SystemFile(directory: "/usr/lib", name: "bible.data"), files: [])

  /// The relative sunspot numbers of the observatory in Zürich.
  public static let sunspots = Self(
    name: "sunspots",
    summary: "monthly sunspot numbers of 1749 to 1983: a series of 2,820 values",
    licence: "none stated by its source",
    homepage: "https://github.com/jbrownlee/Datasets",
    files: [
      RemoteFile(
        name: "monthly-sunspots.csv",
        urls: [
          "https://raw.githubusercontent.com/jbrownlee/Datasets/master/monthly-sunspots.csv"
        ],
        sha256: "c4ec8cc57d9f6fb6ecdb3e1f37f25b6f4badd5124c55931052b0cd2fc3bc71f3",
        size: 45_039)
    ])

  private static func idx(
    at places: [String], _ files: [(name: String, size: Int, sha256: String)]
  ) -> [RemoteFile] {
    files.map { file in
      RemoteFile(
        name: file.name, urls: places.map { "\($0)/\(file.name)" }, sha256: file.sha256,
        size: file.size)
    }
  }
}
