namespace GslbServer;

/// <summary>What is asked and answered, for Prometheus: summed over the serving threads.</summary>
internal static class AnswerMetrics
{
    public static void Add(MetricFamilies families, Counters counters)
    {
        AnswerCounts[] all = [.. counters.Blocks.Select(block => block.Answers)];
        for (int type = 0; type <= AnswerCounts.Types.Length; type++)
        {
            families.Counter("gslb_dns_questions_total", "Questions that could be read, by type", all.Sum(one => one.QuestionsOf(type)),
                ("type", type < AnswerCounts.Types.Length ? AnswerCounts.Types[type].ToString() : "other"));
        }

        AddSizes(families, all);
        AddShares(families, "gslb_region_answers_total", "Answers with the addresses or the CNAME of a region; of several, the region that came first", "region", counters.Slots.Regions,
            slot => all.Sum(one => one.Region(slot)));
        AddShares(families, "gslb_name_answers_total", $"Answers by steered name, where there are not more than {AnswerSlotBook.MostNames}", "name", counters.Slots.Names,
            slot => all.Sum(one => one.Name(slot)));
    }

    private static void AddSizes(MetricFamilies families, AnswerCounts[] all)
    {
        const string name = "gslb_dns_response_size_bytes";
        var buckets = new List<(double, double)>();
        for (int size = AnswerCounts.FirstSize; size <= AnswerCounts.LastSize; size++)
        {
            buckets.Add((1 << size, all.Sum(one => one.ResponsesOf(size - AnswerCounts.FirstSize))));
        }

        families.Histogram(name, "Size of responses as they are sent, without the headers below DNS", buckets, above: 0, all.Sum(one => one.ResponseOctets));
    }

    private static void AddShares(MetricFamilies families, string name, string help, string label, IReadOnlyList<(string Name, int Slot)> known, Func<int, long> count)
    {
        foreach ((string of, int slot) in known)
        {
            families.Counter(name, help, count(slot), (label, of));
        }

        if (count(0) is > 0 and long others)
        {
            families.Counter(name, help, others, (label, "other"));
        }
    }
}
