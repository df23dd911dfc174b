using System.IO.MemoryMappedFiles;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Maps geodata files and compiles them. What comes out needs the files no more.</summary>
public static class GeoLoader
{
    /// <exception cref="GeoDataException">A file is missing, corrupt or of an unknown kind; the message names it.</exception>
    public static GeoTable Load(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return GeoTable.Empty;
        }

        var mapped = new List<MappedFile>();
        try
        {
            foreach (string file in files)
            {
                mapped.Add(Open(file));
            }

            return GeoTable.Compile([.. mapped.Select(m => (m.Path, (ReadOnlyMemory<byte>)m.Memory))]);
        }
        finally
        {
            mapped.ForEach(m => ((IDisposable)m).Dispose());
        }
    }

    private static MappedFile Open(string file)
    {
        try
        {
            return new MappedFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new GeoDataException($"{file}: cannot be read: {e.Message}");
        }
    }

    /// <summary>A whole file as memory, without a copy.</summary>
    private sealed unsafe class MappedFile : System.Buffers.MemoryManager<byte>
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly byte* _start;
        private readonly int _length;

        public MappedFile(string path)
        {
            Path = path;
            long length = new FileInfo(path).Length;
            if (length is 0 or > int.MaxValue)
            {
                throw new IOException(length == 0 ? "the file is empty" : "files above 2 GiB are not supported");
            }

            _length = (int)length;
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }

        public string Path { get; }

        public override Span<byte> GetSpan() => new(_start, _length);

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
