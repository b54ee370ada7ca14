// Everything that a program built on the framework needs, by one import.
@_exported import TandemAdversarial
@_exported import TandemCharts
@_exported import TandemClassification
@_exported import TandemComparison
@_exported import TandemDatasets
@_exported import TandemExperiments
@_exported import TandemExplanations
@_exported import TandemExports
@_exported import TandemHealth
@_exported import TandemImages
@_exported import TandemLayers
@_exported import TandemReports
@_exported import TandemRuns
@_exported import TandemSequences
@_exported import TandemTensorBoard
@_exported import TandemTensors
@_exported import TandemTraining
