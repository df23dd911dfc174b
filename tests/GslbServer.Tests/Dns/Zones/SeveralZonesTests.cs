namespace GslbServer.Tests.Dns;

public sealed class SeveralZonesTests
{
    private const string Parent = """
        $ORIGIN example.org.
        $TTL 3600
        @          SOA   ns1 hostmaster 1 3600 600 86400 300
        @          NS    ns1
        ns1        A     192.0.2.1
        child      NS    ns.child
        child      DS    1 8 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
        ns.child   A     192.0.2.99 ; glue only: the child knows better
        other      NS    ns.child
        """;

    private const string Child = """
        $ORIGIN child.example.org.
        $TTL 3600
        @          SOA   ns hostmaster 7 3600 600 86400 60
        @          NS    ns
        ns         A     192.0.2.53
        www        A     192.0.2.80
        """;

    private const string ChildSoa = "child.example.org. 60 SOA ns.child.example.org. hostmaster.child.example.org. 7 3600 600 86400 60";

    [Fact]
    public void Closest_enclosing_zone_answers()
        => TestServer.Of(Parent, Child).Ask("www.child.example.org. A").Is("NOERROR qr aa rd", answer: "www.child.example.org. 3600 A 192.0.2.80");

    [Fact]
    public void Apex_of_the_child_answers_with_the_childs_data()
        => TestServer.Of(Parent, Child).Ask("child.example.org. NS").Is("NOERROR qr aa rd",
            answer: "child.example.org. 3600 NS ns.child.example.org.", additional: "ns.child.example.org. 3600 A 192.0.2.53");

    [Fact]
    public void Ds_of_the_childs_apex_is_asked_of_the_parent()
        => TestServer.Of(Parent, Child).Ask("child.example.org. DS").Is("NOERROR qr aa rd",
            answer: "child.example.org. 3600 DS \\# 36 000108020123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");

    [Fact]
    public void Ds_of_the_apex_without_the_parent_is_nodata_of_the_child()
        => TestServer.Of(Child).Ask("child.example.org. DS").Is("NOERROR qr aa rd", authority: ChildSoa);

    [Fact]
    public void Glue_is_what_the_referring_zone_says()
        => TestServer.Of(Parent, Child).Ask("www.other.example.org. A").Is("NOERROR qr rd",
            authority: "other.example.org. 3600 NS ns.child.example.org.", additional: "ns.child.example.org. 3600 A 192.0.2.99");

    [Fact]
    public void Missing_name_has_the_soa_of_its_own_zone()
        => TestServer.Of(Parent, Child).Ask("nope.child.example.org. A").Is("NXDOMAIN qr aa rd", authority: ChildSoa);

    [Fact]
    public void Root_zone_answers_for_everything_else()
        => TestServer.Of(Child, ". 60 IN SOA a. b. 1 2 3 4 5\n. 60 IN NS a.\na. 60 IN A 192.0.2.1\norg. 60 NS ns.org.\nns.org. 60 A 192.0.2.2\n")
            .Ask("www.example.org. A").Is("NOERROR qr rd", authority: "org. 60 NS ns.org.", additional: "ns.org. 60 A 192.0.2.2");
}
