namespace Itori.Numerics.Oscillators;

/// <summary>How the weights of relations become the weights of the coupling.</summary>
public enum CouplingNormalisation
{
    /// <summary>
    /// w_ij / s_i: each oscillator feels the weighted mean of its neighbours, so K means the same for a hub and for a leaf, and the
    /// step that is stable does not depend on the graph. What is conserved is the strength-weighted mean frequency
    /// Σ s_i θ̇_i = Σ s_i ω_i. The default.
    /// </summary>
    Strength,

    /// <summary>
    /// w_ij / √(s_i s_j): stays symmetric, so Σ θ̇_i = Σ ω_i is conserved, but a hub of n leaves feels √n, and needs a step that much smaller.
    /// </summary>
    Symmetric,

    /// <summary>w_ij as given, for models that carry their own scale.</summary>
    None,
}
