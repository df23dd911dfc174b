using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Supervision;

/// <summary>A machine that systemd runs: its first process, in namespaces and control groups of its own. It has the units of <c>deploy/systemd</c> and what is built, and writes into memory alone.</summary>
internal sealed class SystemdMachine : NetworkMachine
{
    /// <summary>What a container's runtime does: control groups of its own, mounted anew so that they look like all there are; file systems of which only copies are written to.</summary>
    private const string Boot = """
        set -e
        umask 022
        grep -E ' cgroup2? ' /proc/mounts | while read -r _ at type options _; do
          umount "$at"
          if [ "$type" = cgroup2 ]; then mount -t cgroup2 cgroup2 "$at"; else mount -t cgroup -o "${options##*relatime,}" cgroup "$at"; fi
        done
        mount -t tmpfs tmpfs /mnt
        for there in etc var opt; do
          mkdir "/mnt/$there" "/mnt/$there.work"
          mount -t overlay -o "lowerdir=/$there,upperdir=/mnt/$there,workdir=/mnt/$there.work" overlay "/$there"
        done
        mkdir -p /opt/gslb /opt/gslb-balancer /etc/gslb /etc/gslb-balancer
        mount --bind "$1" /opt/gslb
        mount --bind "$2" /opt/gslb-balancer
        mount --bind "$4/gslb" /etc/gslb
        mount --bind "$4/gslb-balancer" /etc/gslb-balancer
        install -d -m 700 /var/lib/private
        rm -rf /etc/systemd/system/*
        mount -t tmpfs tmpfs /run
        mkdir -p /run/lock /run/systemd/system
        cp -r "$3"/*.service "$3"/*.socket /run/systemd/system/
        for unit in tmpfiles-setup.service tmpfiles-setup-dev.service sysctl.service udevd.service random-seed.service update-utmp.service sysusers.service journal-flush.service; do
          ln -s /dev/null "/run/systemd/system/systemd-$unit"
        done
        mount -t tmpfs tmpfs /tmp
        ip link set lo up
        export container=test
        exec /lib/systemd/systemd --system --unit=sysinit.target --log-target=journal
        """;

    private readonly string _groups;

    private SystemdMachine(RunningProgram holder, string groups)
        : base("systemd", holder) => _groups = groups;

    /// <summary>Bound to <c>/etc</c> there: <c>gslb/</c> and <c>gslb-balancer/</c>.</summary>
    public TemporaryFolder Etc { get; private init; } = null!;

    public static async Task<SystemdMachine> StartAsync()
    {
        var etc = new TemporaryFolder();
        Directory.CreateDirectory(etc.File("gslb"));
        Directory.CreateDirectory(etc.File("gslb-balancer"));
        string groups = $"gslb-test-{Environment.ProcessId}-{Path.GetFileName(etc.Path)}";
        RunningProgram holder = RunningProgram.Start("sh", ["-c", """
            for group in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
              if [ -e "$group" ] && mkdir "${group%/*}/$0"; then echo $$ > "${group%/*}/$0/cgroup.procs" || true; fi
            done 2> /dev/null
            exec unshare --pid --mount --net --uts --ipc --cgroup --fork --mount-proc --kill-child sh -c "$@"
            """, groups, Boot, "boot", Folder(BuiltProgram.Gslb), Folder(BuiltProgram.Balancer), Path.Combine(BuiltProgram.RepositoryRoot, "deploy/systemd"), etc.Path]);
        var machine = new SystemdMachine(holder, groups) { Etc = etc };
        string last = "";
        // The environment of its first process says that this is no longer the machine of the tests.
        await Eventually.TrueAsync(async () => holder.HasExited || (last = (await machine.RunAsync("sh", "-c", "grep -qz container=test /proc/1/environ && systemctl is-system-running")).Text) is "running" or "degraded",
            () => $"{last}\n{holder.Output}");
        Assert.False(holder.HasExited, holder.Output.ToString());
        return machine;
    }

    /// <summary>Adds to a unit, as <c>systemctl edit</c> does.</summary>
    public async Task EditAsync(string unit, string name, string text)
    {
        await RunAsync("sh", "-c", $"mkdir -p /run/systemd/system/{unit}.d && printf '%s' \"$0\" > /run/systemd/system/{unit}.d/{name}.conf", text);
        await SystemctlAsync("daemon-reload");
    }

    /// <exception cref="InvalidOperationException">It did not end well; says what the journal knows.</exception>
    public async Task SystemctlAsync(params string[] arguments)
    {
        ToolResult result = await RunAsync("systemctl", arguments);
        if (result.ExitCode != 0) throw new InvalidOperationException($"systemctl {string.Join(' ', arguments)}: {result.Text}\n{await JournalAsync()}");
    }

    /// <summary>A property of a unit.</summary>
    public async Task<string> PropertyAsync(string unit, string name) => (await RunAsync("systemctl", "show", "--property", name, "--value", unit)).Text;

    public async Task<string> JournalAsync() => (await RunAsync("journalctl", "--no-pager", "--lines", "60")).Text;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // What ran there ends a moment after the first process, and a group goes when the last has gone.
        await Tool.RunAsync("sh", "-c", """
            for group in /sys/fs/cgroup/*/"$0" /sys/fs/cgroup/"$0"; do
              for again in $(seq 100); do
                [ -d "$group" ] || break
                find "$group" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.05
              done
            done
            """, _groups);
        Etc.Dispose();
    }

    private protected override string[] Inside() => ["--all", "--target", $"{ProcessId}", "--wd=/"];

    private static string Folder(BuiltProgram program) => Path.GetDirectoryName(program.Path)!;
}
