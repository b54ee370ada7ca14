extension SamplePainter {
  /// How to read what samples are found to be, by metric.
  static func readings(of data: DataConfiguration) -> [String: String] {
    var readings = [
      "diversity": """
      How much the samples of the sheet differ, by mean pairwise distance, beside the data: near \
      1 in a healthy training, falling towards 0 where the generator collapses.
      """
    ]
    guard !data.isImage else { return readings }
    readings["modes/covered"] = """
      Modes of the data with at least one sample within three sigma; all of them is best.
      """
    readings["modes/high-quality"] = """
      The share of samples within three sigma of a mode; the data's own is 0.989.
      """
    readings["modes/reverse-kl"] = """
      How unevenly the samples fall to the modes, in nats: 0 when evenly, ln(modes) when to one.
      """
    return readings
  }
}
