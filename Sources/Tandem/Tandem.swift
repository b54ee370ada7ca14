// Everything that a program built on the framework needs, by one import.
@_exported import TandemAdversarial
@_exported import TandemCharts
@_exported import TandemDatasets
@_exported import TandemExperiments
@_exported import TandemExplanations
@_exported import TandemImages
@_exported import TandemLayers
@_exported import TandemRuns
@_exported import TandemTensors
@_exported import TandemTraining
