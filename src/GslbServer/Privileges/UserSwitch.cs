using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>Gives up root for good: groups, group and user of all threads of this process.</summary>
/// <remarks>setgroups(2), setgid(2) and setuid(2) by way of libc, which changes every thread (nptl(7)); the system calls themselves change the caller alone.</remarks>
internal static unsafe partial class UserSwitch
{
    private const uint Root = 0;

    private const int Write = 2, Search = 1;

    /// <summary>More files than a state directory has, but for one that is not.</summary>
    private const int MostEntries = 10_000;

    /// <summary>The user now.</summary>
    public static uint Current => EffectiveUser();

    /// <summary>Looks a user up, and the group if one is named.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Find(string text, out ProcessUser user)
    {
        user = new ProcessUser("", Root, Root);
        if (!OperatingSystem.IsLinux())
        {
            return "is there on Linux alone";
        }

        string[] parts = text.Split(':');
        if (parts is not ([{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }]))
        {
            return "expected NAME or NAME:GROUP";
        }

        // struct passwd: name, password (pointers), user, group. struct group: name, password, group.
        byte* entry = UserByName(parts[0]);
        if (entry == null)
        {
            return $"there is no user {parts[0]}";
        }

        uint group = ((uint*)(entry + (2 * sizeof(nint))))[1];
        user = new ProcessUser(parts[0], *(uint*)(entry + (2 * sizeof(nint))), group);
        if (parts.Length > 1)
        {
            byte* named = GroupByName(parts[1]);
            if (named == null)
            {
                return $"there is no group {parts[1]}";
            }

            user = user with { Group = *(uint*)(named + (2 * sizeof(nint))) };
        }

        return user.User == Root ? "is root; expected somebody who may do less" : null;
    }

    /// <summary>Becomes <paramref name="user"/>; nothing to do for whoever is that already. The state directory is made for the user where there is none.</summary>
    /// <exception cref="StartupException">This process may not, or the user cannot write the state directory.</exception>
    public static void To(ProcessUser user, string stateDirectory)
    {
        if (Current != user.User)
        {
            if (Current != Root)
            {
                throw new StartupException([$"--user {user.Name}: only root can become another user; this process belongs to user {Current}"]);
            }

            MakeFor(user, stateDirectory);
            Become(user);
        }

        if (Unwritable(stateDirectory) is { } path)
        {
            throw new StartupException([$"--user {user.Name}: cannot write {path} in the state directory; give it to that user: chown -R {user.Name}: {stateDirectory}"]);
        }
    }

    private static void Become(ProcessUser user)
    {
        Must(SetGroupsOf(user.Name, user.Group), "initgroups");
        Must(SetGroup(user.Group), "setgid");
        Must(SetUser(user.User), "setuid");

        // What was given up must be gone, whichever libc this is and whatever it did with other threads.
        string expected = string.Create(CultureInfo.InvariantCulture, $"Uid:\t{user.User}\t{user.User}\t{user.User}\t{user.User}");
        bool isEverywhere = Directory.EnumerateDirectories("/proc/self/task").All(thread => File.ReadLines(Path.Combine(thread, "status")).Contains(expected));
        if (!isEverywhere || SetUser(Root) == 0)
        {
            throw new StartupException([$"--user {user.Name}: root could not be given up by every thread"]);
        }

        void Must(int result, string call)
        {
            if (result != 0)
            {
                throw new StartupException([$"--user {user.Name}: {call}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"]);
            }
        }
    }

    private static void MakeFor(ProcessUser user, string directory)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(directory))
        {
            return;
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = ChangeOwner(directory, user.User, user.Group);
    }

    /// <returns>The first path that this process may not write; null when it may write all.</returns>
    private static string? Unwritable(string directory)
    {
        if (Access(directory, Write | Search) != 0)
        {
            return directory;
        }

        return Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Take(MostEntries).FirstOrDefault(path => Access(path, Write) != 0);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* UserByName(string name);

    [LibraryImport("libc", EntryPoint = "getgrnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* GroupByName(string name);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetGroupsOf(string name, uint group);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
