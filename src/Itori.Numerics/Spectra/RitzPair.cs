namespace Itori.Numerics.Spectra;

/// <summary>An approximate eigenvalue, its unit vector (empty where nobody needs it) and ‖Lx − λx‖.</summary>
internal readonly record struct RitzPair(double Value, double Residual, double[] Vector);
