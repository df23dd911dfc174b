using System.Diagnostics;
using System.Globalization;

namespace GslbServer;

/// <summary>A figure of the process for a metrics page.</summary>
/// <param name="IsCounter">Else a gauge.</param>
/// <param name="Generation">Of the garbage collector, as a label; null for none.</param>
public readonly record struct ProcessFigure(string Name, bool IsCounter, string Help, double Value, string? Generation = null);

/// <summary>The process and its runtime; by the names that every Prometheus client library uses where there is one.</summary>
public static class ProcessFigures
{
    private const string Limits = "/proc/self/limits", Descriptors = "/proc/self/fd";

    /// <param name="prefix">Of what has no common name: <c>gslb</c>.</param>
    public static IEnumerable<ProcessFigure> Read(string prefix)
    {
        using var process = Process.GetCurrentProcess();
        yield return new("process_cpu_seconds_total", true, "User and system CPU time", process.TotalProcessorTime.TotalSeconds);
        yield return new("process_resident_memory_bytes", false, "Resident memory", process.WorkingSet64);
        yield return new("process_virtual_memory_bytes", false, "Virtual memory", process.VirtualMemorySize64);
        yield return new("process_start_time_seconds", false, "When the process started, in seconds of the Unix epoch", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        yield return new("process_threads", false, "Threads of the process", process.Threads.Count);
        foreach (ProcessFigure figure in ReadDescriptors())
        {
            yield return figure;
        }

        yield return new($"{prefix}_managed_heap_bytes", false, "Managed heap after the last collection", GC.GetGCMemoryInfo().HeapSizeBytes);
        yield return new($"{prefix}_allocated_bytes_total", true, "Octets that managed code allocated", GC.GetTotalAllocatedBytes());
        yield return new($"{prefix}_gc_pause_seconds_total", true, "Time that managed threads stood still for garbage collections", GC.GetTotalPauseDuration().TotalSeconds);
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            yield return new($"{prefix}_gc_collections_total", true, "Garbage collections", GC.CollectionCount(generation), generation.ToString(CultureInfo.InvariantCulture));
        }

        yield return new($"{prefix}_threadpool_threads", false, "Threads of the pool", ThreadPool.ThreadCount);
        yield return new($"{prefix}_threadpool_queue_length", false, "Work that waits for a thread of the pool", ThreadPool.PendingWorkItemCount);
    }

    /// <summary>Linux only.</summary>
    private static IEnumerable<ProcessFigure> ReadDescriptors()
    {
        if (!Directory.Exists(Descriptors) || !File.Exists(Limits))
        {
            yield break;
        }

        yield return new("process_open_fds", false, "File descriptors open now", Directory.EnumerateFileSystemEntries(Descriptors).Count());
        // Max open files            20000                20000                files
        string? line = File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        if (line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long most))
        {
            yield return new("process_max_fds", false, "File descriptors that the process may have", most);
        }
    }
}
