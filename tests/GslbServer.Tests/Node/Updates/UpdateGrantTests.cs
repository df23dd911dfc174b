using GslbServer.Dns;

namespace GslbServer.Tests.Transfers;

/// <summary>What a key may change.</summary>
public sealed class UpdateGrantTests
{
    [Theory]
    [InlineData("key:acme@_acme-challenge.*:TXT", "_acme-challenge.www.example.org TXT", true)]
    [InlineData("key:acme@_acme-challenge.*:TXT", "_ACME-challenge.example.org TXT", true)]
    [InlineData("key:acme@_acme-challenge.*:TXT", "_acme-challenge.www.example.org A", false)]
    [InlineData("key:acme@_acme-challenge.*:TXT", "x_acme-challenge.www.example.org TXT", false)]
    [InlineData("key:acme@_acme-challenge.*:TXT", "www.example.org TXT", false)]
    [InlineData("key:acme@_acme-challenge.*.example.org:TXT", "_acme-challenge.a.b.example.org TXT", true)]
    [InlineData("key:acme@_acme-challenge.*.example.org:TXT", "_acme-challenge.example.org TXT", false)]
    [InlineData("key:acme@_acme-challenge.*.example.org:TXT", "_acme-challenge.www.example.net TXT", false)]
    [InlineData("key:k@*.dyn.example.org", "a.b.dyn.example.org AAAA", true)]
    [InlineData("key:k@*.dyn.example.org", "dyn.example.org AAAA", false)]
    [InlineData("key:k@dyn.example.org:A,AAAA", "dyn.example.org A", true)]
    [InlineData("key:k@dyn.example.org:A,AAAA", "h.dyn.example.org AAAA", true)]
    [InlineData("key:k@dyn.example.org:A,AAAA", "h.dyn.example.org TXT", false)]
    [InlineData("key:k@=dyn.example.org", "dyn.example.org TXT", true)]
    [InlineData("key:k@=dyn.example.org", "h.dyn.example.org TXT", false)]
    [InlineData("key:k", "anything.example.org MX", true)]
    [InlineData("key:k", "example.org NS", false)]
    [InlineData("key:k:NS", "sub.example.org NS", true)]
    [InlineData("key:host.example.org@self", "host.example.org A", true)]
    [InlineData("key:host.example.org@self", "a.host.example.org A", false)]
    [InlineData("key:host.example.org@selfsub:a", "a.host.example.org A", true)]
    public void Grants(string text, string record, bool expected)
    {
        Assert.Null(UpdateGrant.TryParse(text, out UpdateGrant grant));
        string[] words = record.Split(' ');
        Assert.True(RecordTypeName.TryParse(words[1], out RecordType type));
        Assert.Equal(expected, grant.Allows(DomainName.Parse(words[0]), type));
    }

    [Theory]
    [InlineData("192.0.2.0/24", "an address alone proves nothing")]
    [InlineData("key:", "expected key:NAME")]
    [InlineData("key:k@a@b", "expected key:NAME")]
    [InlineData("key:k:BOGUS", "'BOGUS' is no type of records")]
    [InlineData("key:k:ANY", "'ANY' is no type of records")]
    [InlineData("key:k:STEER", "STEER is changed by no update")]
    [InlineData("key:k:SOA", "SOA is changed by no update")]
    [InlineData("key:k@a*.example.org", "expected one * that stands for whole labels")]
    [InlineData("key:k@*.a.*", "expected one * that stands for whole labels")]
    [InlineData("key:k@a..b", "is no domain name")]
    public void What_is_none_says_so(string text, string expected) => Assert.Contains(expected, UpdateGrant.TryParse(text, out _));
}
