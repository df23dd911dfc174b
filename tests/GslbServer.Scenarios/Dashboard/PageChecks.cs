namespace GslbServer.Scenarios.Dashboard;

/// <summary>Scripts that look over a page as it is shown; each gives one line for each thing that is wrong.</summary>
internal static class PageChecks
{
    /// <summary>Controls that a screen reader could not call by any name.</summary>
    public const string Unnamed = """
        [...document.querySelectorAll('button, input, select, [role=button], meter')].filter(e => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim()))
            .map(e => e.outerHTML.slice(0, 120)).join('\n')
        """;

    /// <summary>What is wider than the window, or than the box that it stands in, but for boxes that scroll.</summary>
    public const string Overflowing = """
        [...document.querySelectorAll('body *')].filter(e => {
            const box = e.getBoundingClientRect();
            if (box.width < 2 || box.height < 2 || e.closest('svg, .scroll, .unseen, .skip, option, select') || !e.checkVisibility()) return false;
            const style = getComputedStyle(e);
            const spills = e.scrollWidth > e.clientWidth + 1 && style.overflowX === 'visible' && style.display !== 'inline' && e.clientWidth > 0;
            return box.right > innerWidth + 1 || box.left < -1 || spills;
        }).map(e => `${e.tagName}#${e.id}.${e.className}: ${e.textContent.slice(0, 60)}`).join('\n') + (document.documentElement.scrollWidth > innerWidth ? 'the page scrolls sideways' : '')
        """;

    /// <summary>Text with less contrast than 4.5 to 1 (WCAG 2.2, success criterion 1.4.3); what is disabled is exempt.</summary>
    public const string HardToRead = """
        (() => {
            const parse = colour => { const c = document.createElement('canvas'); c.width = c.height = 1; const x = c.getContext('2d', { willReadFrequently: true }); x.fillStyle = colour; x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data]; };
            const known = new Map(), rgb = colour => known.get(colour) ?? (known.set(colour, parse(colour)), known.get(colour));
            const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
            const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255, 255]; };
            const seen = new Set();
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const e = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || e.closest('svg, option, .unseen, .skip, noscript, :disabled') || !e.checkVisibility()) continue;
                const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
                if (ratio < 4.5) seen.add(`${ratio.toFixed(2)} ${e.tagName}.${e.className}: ${walker.currentNode.data.trim().slice(0, 40)}`);
            }
            return [...seen].join('\n');
        })()
        """;
}
