using System.Buffers;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A private copy of a geodata file, without a name: mapped while it is needed, on disk alone else, and gone with the last who uses it.</summary>
/// <remarks>The file itself is never mapped. Whoever truncates it or writes it in place (<c>cp new.mmdb city.mmdb</c>) would take pages away from under a reader,
/// which the kernel ends with SIGBUS. Nobody else can reach the copy. Where there is no room for one the content is kept in memory.</remarks>
internal sealed class GeoFile : GeoContent
{
    /// <summary>An <c>int</c> of octets.</summary>
    private const long MaxLength = int.MaxValue;

    private const int CopyBuffer = 1 << 20;

    private readonly FileStream _copy;
    private readonly int _length;

    private GeoFile(string path, FileStream copy)
        : base(path)
    {
        _copy = copy;
        _length = (int)copy.Length;
    }

    /// <exception cref="GeoDataException">The file cannot be read, or changed meanwhile.</exception>
    public static GeoContent Read(string path)
    {
        try
        {
            RegularFile.Expect(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            (long Length, DateTime Written) before = Stamp(file);
            if (before.Length is 0 or > MaxLength)
            {
                throw new IOException(before.Length == 0 ? "the file is empty" : "files above 2 GiB are not supported");
            }

            GeoContent content = TryCopy(path, file) ?? Keep(path, file);
            return Stamp(file) == before ? content : throw new IOException("the file changed while it was read");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new GeoDataException($"{path}: cannot be read: {e.Message}");
        }
    }

    public override IMemoryOwner<byte> Open() => new MappedMemory(_copy.SafeFileHandle, _length);

    private static (long Length, DateTime Written) Stamp(FileStream file) => (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));

    /// <returns>Null where no copy can be written: a read-only or full disk.</returns>
    private static GeoFile? TryCopy(string path, FileStream file)
    {
        FileStream? copy = null;
        try
        {
            string name = Path.Combine(Path.GetTempPath(), $"gslb-geo-{Path.GetRandomFileName()}");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Delete,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            copy = new FileStream(name, options);
            // At once, so that nothing is left behind however the process ends.
            File.Delete(name);
            file.CopyTo(copy, CopyBuffer);
            copy.Flush();
            return new GeoFile(path, copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            copy?.Dispose();
            return null;
        }
    }

    private static GeoContent Keep(string path, FileStream file)
    {
        byte[] octets = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
        file.Position = 0;
        file.ReadExactly(octets);
        return InMemory(path, octets);
    }
}
