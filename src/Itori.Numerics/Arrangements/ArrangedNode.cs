namespace Itori.Numerics.Arrangements;

/// <summary>What is known of a node that is to be arranged.</summary>
/// <param name="Place">Where it stands; null: nowhere yet.</param>
/// <param name="Hold">
/// How firmly a node that stands somewhere is held there, in parts of all that pulls at it otherwise: 0 lets it go where forces balance, 1 half of the way, infinity (or NaN) keeps it where it is. Of no meaning without a place.
/// </param>
/// <param name="Turn">In which direction from its neighbour it begins, rad in [0, 2π): from the node's name, so that it begins there wherever it is computed.</param>
public readonly record struct ArrangedNode(Place? Place, double Hold, double Turn);
