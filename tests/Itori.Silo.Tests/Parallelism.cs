using Xunit.Sdk;
using Xunit.v3;

// Most of them run servers of their own; side by side they would only wait for each other's processors.
[assembly: Parallelization(Mode = ParallelMode.None)]
