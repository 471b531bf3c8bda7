namespace Itori.Numerics.Arrangements;

/// <summary>A point of the plane, in layout units: a node that is new begins <see cref="Arrangement.Beside"/> of them from its neighbour.</summary>
/// <param name="X">To the right, finite.</param>
/// <param name="Y">Upwards, finite.</param>
public readonly record struct Place(double X, double Y);
