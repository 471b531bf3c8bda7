namespace Itori.Text.Tests;

internal static class Samples
{
    public const string Abstract = """
        Synchronization of coupled oscillators on networks

        Coupled oscillators synchronize when the coupling strength exceeds a critical threshold. We study the onset of synchronization in scale-free networks and
        show that the algebraic connectivity of the network bounds the coupling strength. The order parameter (OP) grows continuously. Numerical simulations of
        power grids confirm that weak links cause cascading failures; a power grid is a network of generators. The OP is robust against noise.
        """;
}
