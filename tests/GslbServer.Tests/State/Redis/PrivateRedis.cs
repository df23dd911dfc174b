using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Tests;

/// <summary>A redis-server of this test's own on a free port of loopback, without files of its own but where asked; stopped at the end, and nothing else is.</summary>
internal sealed class PrivateRedis : IDisposable
{
    private readonly string[] _arguments;
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("gslb-redis-").FullName;
    private Process? _process;

    public PrivateRedis(params string[] arguments)
    {
        _arguments = arguments;
        Port = FreePort();
        Start();
    }

    /// <summary>Where redis-server runs.</summary>
    public string Directory => _directory;

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Of the default user, for <see cref="Command"/>.</summary>
    public string? Password { get; init; }

    public string Configuration => $"127.0.0.1:{Port}";

    public void Start()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        // The dash lets it start where there is no IPv6.
        string[] own = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "-::1", "--save", "", "--dir", _directory];
        // A configuration file comes first.
        string[] file = [.. _arguments.Where(argument => argument.EndsWith(".conf", StringComparison.Ordinal))];
        foreach (string argument in file.Concat(own).Concat(_arguments.Except(file)))
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        WaitUntilItAnswers();
    }

    /// <summary>As kill -9.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Pause() => Signal("STOP");

    public void Resume() => Signal("CONT");

    /// <summary>One command, each argument on its own; the raw reply.</summary>
    public string Command(params string[] words)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, Port);
        client.ReceiveTimeout = 5000;
        var request = new StringBuilder($"*{words.Length}\r\n");
        foreach (string word in words)
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        NetworkStream stream = client.GetStream();
        if (Password is not null)
        {
            stream.Write(Encoding.UTF8.GetBytes($"AUTH {Password}\r\n"));
            stream.ReadExactly(new byte["+OK\r\n".Length]);
        }

        stream.Write(Encoding.UTF8.GetBytes(request.ToString()));
        var reply = new byte[65536];
        return Encoding.UTF8.GetString(reply, 0, stream.Read(reply));
    }

    public void Dispose()
    {
        Kill();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private void WaitUntilItAnswers()
    {
        for (int i = 0; ; i++)
        {
            try
            {
                // Before the server listens, whoever had this port may still close it, and a connection may meet itself.
                if (Command("PING") is ['+' or '-', ..])
                    return;
                Assert.True(i < 1000, "redis-server does not answer");
            }
            catch (Exception e) when (e is SocketException or IOException && i < 1000)
            {
            }

            Thread.Sleep(10);
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", (_process ?? throw new InvalidOperationException("not running")).Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        if (signal == "CONT")
            return;
        // The signal is delivered when the process next runs; without this a command could still be answered.
        string state = "";
        for (int i = 0; i < 500 && state != "T"; i++)
        {
            state = File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[1][..1];
            Thread.Sleep(10);
        }
    }
}
