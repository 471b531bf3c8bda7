using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Itori.Numerics.Benchmarks;

/// <summary>The C reference, compiled for this very processor when the benchmark starts.</summary>
internal sealed unsafe class NativeReference
{
    private readonly delegate* unmanaged<int, int*, int*, double*, double, double, double*, double*, double*, void> _step;

    private NativeReference(nint library) =>
        _step = (delegate* unmanaged<int, int*, int*, double*, double, double, double*, double*, double*, void>)NativeLibrary.GetExport(library, "kuramoto_step");

    /// <summary>Null where there is no C compiler.</summary>
    public static NativeReference? TryCompile()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "kuramoto_reference.c");
        var library = Path.Combine(Path.GetTempPath(), $"kuramoto_reference_{Environment.ProcessId}.so");
        try
        {
            using var compiler = Process.Start("cc", ["-O3", "-march=native", "-shared", "-fPIC", "-o", library, source, "-lm"]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? new NativeReference(NativeLibrary.Load(library)) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(library);
        }
    }

    public void Step(Field field, Span<double> phases, Span<double> scratch)
    {
        fixed (int* starts = field.Coupling.RowStarts, columns = field.Coupling.Columns)
        fixed (double* weights = field.Coupling.Weights, omega = field.Frequencies, theta = phases, work = scratch)
        {
            _step(field.Coupling.NodeCount, starts, columns, weights, field.Parameters.Coupling, field.Parameters.TimeStep, omega, theta, work);
        }
    }
}
