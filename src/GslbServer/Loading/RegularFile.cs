using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>Files of a folder that are read without being named: a pipe among them would never open, and a device never end.</summary>
internal static partial class RegularFile
{
    private const int AtCurrentFolder = -100;

    private const uint MaskType = 1;

    private const int TypeBits = 0xF000, Regular = 0x8000, Pipe = 0x1000;

    /// <param name="orPipe">Somebody named it, and means it.</param>
    /// <exception cref="IOException">It is, or leads to, something else.</exception>
    public static void Expect(string path, bool orPipe = false)
    {
        if (TypeOf(path) is { } type && type != Regular && !(orPipe && type == Pipe))
        {
            throw new IOException($"it is {Name(type)}; expected a regular file");
        }
    }

    /// <returns>As in <c>stat(2)</c>; null where it cannot be told, or nothing is there.</returns>
    private static int? TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return StatX(AtCurrentFolder, path, 0, MaskType, out FileStatus status) == 0 ? status.Mode & TypeBits : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library from before 2018
        }
    }

    private static string Name(int type) => type switch { Pipe => "a pipe", 0x2000 or 0x6000 => "a device", 0x4000 => "a directory", 0xC000 => "a socket", _ => "none" };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out FileStatus status);

    /// <summary>Of <c>struct statx</c> (linux/stat.h) the mode, the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
