// What is looked for within a page. Each function returns plain values or a list of complaints.
(() => {
    const about = element => {
        const text = (element.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 40);
        const marks = ['id', 'class', 'data-key', 'data-path', 'href'].filter(name => element.hasAttribute(name))
            .map(name => `${name}="${element.getAttribute(name).slice(0, 60)}"`);
        return `<${[element.localName, ...marks].join(' ')}> ${text}`;
    };
    const shown = element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.height > 0
            && element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
    };
    const centre = element => {
        element.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
        const box = element.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const spread = (elements, count) =>
        elements.filter((_, place) => place % Math.ceil(elements.length / count) === 0);
    const colour = text => {
        const parts = (text.match(/[-\d.e]+%?/g) || [])
            .map(part => part.endsWith('%') ? parseFloat(part) / 100 : +part);
        if (text.startsWith('color(')) return [255 * parts[0], 255 * parts[1], 255 * parts[2], parts[3] ?? 1];
        return text.startsWith('rgb') ? [parts[0], parts[1], parts[2], parts[3] ?? 1] : [0, 0, 0, 0];
    };
    const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
    const luminance = rgb => rgb.slice(0, 3).map(one => one / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const fill = element => {
        const style = getComputedStyle(element);
        if (!(element instanceof SVGElement) || element.localName === 'svg') return colour(style.backgroundColor);
        if (!(element instanceof SVGGeometryElement)) return [0, 0, 0, 0];
        const found = colour(style.fill);
        return [found[0], found[1], found[2], found[3] * style.fillOpacity * style.opacity];
    };
    // What lies behind the middle of an element, its own background first.
    const behind = element => {
        const [x, y] = centre(element);
        const stack = document.elementsFromPoint(x, y);
        let layers = [element];
        if (stack.includes(element)) layers = stack.slice(stack.indexOf(element));
        else for (let up = element.parentElement; up; up = up.parentElement) layers.push(up);
        const below = [...layers.map(fill), [255, 255, 255, 1]];
        return below.slice(0, below.findIndex(one => one[3] >= 1) + 1).reduceRight((under, top) => over(top, under));
    };
    const key = element => `${element.dataset.result ?? 0} ${element.dataset.key}`;
    // What a printed number counts in, where words around it say so: per cent in maps of cells, or the column's unit.
    const unit = element => {
        if (element.closest('table.heat')) return 0.01;
        const heading = element.closest('table')?.querySelector('tr')?.cells[element.closest('td')?.cellIndex];
        return heading?.textContent.includes('Mibit') ? 2 ** 20 : heading?.textContent.includes(' MB') ? 8e6 : 1;
    };
    const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());

    window.pageChecks = {
        numbers: () => [...document.querySelectorAll('[data-value]')].map(element => ({
            result: element.dataset.result ?? 0, key: element.dataset.key ?? null, value: element.dataset.value,
            path: element.dataset.path ?? null, about: about(element), unit: unit(element),
            text: element instanceof SVGElement ? '' : element.textContent.trim()})),

        // Marks of a drawing that stand for means: where each lies, in pixels.
        marks: () => [...document.querySelectorAll('svg')].map(svg => ({
            about: about(svg), marks: [...svg.querySelectorAll('circle[data-path$=".mean"]')].map(mark => {
                const box = mark.getBoundingClientRect();
                return [+mark.dataset.value, box.x + box.width / 2, box.y + box.height / 2];
            })})),

        contrast: () => {
            const everything = new CSSStyleSheet();
            everything.replaceSync('* { pointer-events: auto !important; transition: none !important; }');
            document.adoptedStyleSheets.push(everything);
            const texts = [...document.body.querySelectorAll('*')].filter(element => hasText(element)
                && shown(element) && !['script', 'style', 'title', 'desc', 'option'].includes(element.localName));
            const found = [];
            for (const element of spread(texts, 300)) {
                const style = getComputedStyle(element);
                const svg = element instanceof SVGElement;
                const ink = colour(svg ? style.fill : style.color);
                const size = parseFloat(style.fontSize), bold = +style.fontWeight >= 700;
                const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
                const ground = behind(element);
                const ratio = contrast(over(ink, ground), ground);
                if (ratio < least)
                    found.push(`contrast ${ratio.toFixed(2)} < ${least}: ${about(element)} `
                               + `${ink} on ${ground.map(Math.round)}`);
            }
            document.adoptedStyleSheets.pop();
            scrollTo(0, 0);
            return found;
        },

        wide: () => {
            const width = document.documentElement.clientWidth;  // innerWidth grows with what doesn't fit a phone
            const found = [];
            if (document.documentElement.scrollWidth > width)
                found.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
            const scrolls = element => {
                for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
                    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true;
                return false;
            };
            for (const element of document.body.querySelectorAll('*')) {
                const {right} = element.getBoundingClientRect();
                if (right > width + 1 && !element.closest('svg svg, svg > *') && shown(element) && !scrolls(element))
                    found.push(`reaches ${Math.round(right)} of ${width}: ${about(element)}`);
            }
            return found.slice(0, 20);
        },

        structure: () => {
            const found = [];
            const complain = (text, element) => found.push(element ? `${text}: ${about(element)}` : text);
            const all = selector => [...document.querySelectorAll(selector)];
            if (!document.documentElement.lang) complain('html has no lang');
            if (!document.title.trim()) complain('no title');
            if (!document.querySelector('meta[name=viewport]')) complain('no viewport');
            if (!document.querySelector('meta[http-equiv=Content-Security-Policy]')) complain('no content policy');
            if (!document.querySelector('main')) complain('no main');
            if (all('h1').length !== 1) complain(`${all('h1').length} h1`);
            all('h1, h2, h3, h4, h5, h6').reduce((before, heading) => {
                const level = +heading.localName[1];
                if (level > before + 1) complain(`h${level} after h${before}`, heading);
                return level;
            }, 0);
            for (const svg of all('svg')) {
                if (svg.parentElement.closest('svg') || svg.closest('[aria-hidden=true]')) continue;
                if (svg.getAttribute('role') !== (svg.querySelector('a') ? 'group' : 'img')) complain('svg of another role', svg);
                const label = svg.getAttribute('aria-label') || svg.querySelector(':scope > title')?.textContent
                    || document.getElementById(svg.getAttribute('aria-labelledby'))?.textContent;
                if (!label?.trim()) complain('svg without a title', svg);
            }
            for (const header of all('th')) if (!header.scope) complain('th without scope', header);
            for (const table of all('table')) if (!table.querySelector('th')) complain('table without th', table);
            for (const image of all('img')) if (!image.hasAttribute('alt')) complain('img without alt', image);
            const ids = all('[id]').map(element => element.id);
            const met = new Set();
            for (const id of ids) if (met.has(id)) complain(`two of id ${id}`); else met.add(id);
            for (const link of all('a[href^="#"]'))
                if (!document.getElementById(decodeURIComponent(link.getAttribute('href').slice(1))))
                    complain('link to nowhere', link);
            for (const element of all('[src], link[href], [xlink\\:href], use[href], image[href]')) {
                const address = element.getAttribute('src') ?? element.getAttribute('href') ?? '';
                if (!/^(#|data:|$)/.test(address)) complain('something from elsewhere', element);
            }
            for (const element of all('[tabindex]')) if (element.tabIndex > 0) complain('tabindex above 0', element);
            for (const element of all('*'))
                for (const name of element.getAttributeNames())
                    if (name.startsWith('on')) complain(`attribute ${name}`, element);
            return found.slice(0, 50);
        },

        // Places where the pointer should meet an element that has a tip, and what the tip should say.
        tips: count => spread([...document.querySelectorAll('[data-tip]')].filter(shown), count).map(element => ({
            tip: element.dataset.tip, about: about(element),
            place: [...document.querySelectorAll('[data-tip]')].indexOf(element)})),
        tipPlace: place => {
            const element = document.querySelectorAll('[data-tip]')[place];
            const [x, y] = centre(element);
            return {x, y, met: document.elementFromPoint(x, y)?.closest('[data-tip]') === element};
        },
        // Where the keyboard is: what the tip should say there, or after an arrow key in a drawing or table.
        stop: () => {
            const element = document.activeElement;
            const inner = [...element.querySelectorAll('[data-tip]')].map(one => one.dataset.tip);
            return {about: about(element), outside: element === document.body,
                    tip: element.dataset.tip ?? (element.localName === 'a' ? inner[0] ?? null : null),
                    marks: ['svg', 'table'].includes(element.localName) ? inner.slice(0, 2) : []};
        },
        withoutStop: () => [...document.querySelectorAll('[data-tip]')].filter(element => shown(element)
            && element.tabIndex < 0 && !element.closest('a[href], svg[tabindex="0"], table[tabindex="0"]')).map(about),
        tip: () => {
            const tip = document.getElementById('tip');
            const box = tip?.getBoundingClientRect();
            return tip && {role: tip.getAttribute('role'), shown: shown(tip), text: tip.textContent.trim(),
                           inside: box.left >= -1 && box.right <= innerWidth + 1
                               && box.top >= -1 && box.bottom <= innerHeight + 1};
        },

        keyed: count => {
            const all = [...document.querySelectorAll('[data-key]')].filter(shown);
            const counts = new Map();
            for (const element of all) counts.set(key(element), (counts.get(key(element)) ?? 0) + 1);
            const several = all.filter(element => counts.get(key(element)) > 1);
            return spread(several, count).map(element => all.indexOf(element));
        },
        keyedPlace: place => {
            const element = [...document.querySelectorAll('[data-key]')].filter(shown)[place];
            const [x, y] = centre(element);
            const met = document.elementFromPoint(x, y)?.closest('[data-key]');
            return {x, y, key: key(element), met: !!met && key(met) === key(element)};
        },
        linked: wanted => {
            const all = [...document.querySelectorAll('[data-key]')];
            const own = all.filter(element => key(element) === wanted);
            return {own: own.length, linked: own.filter(element => element.classList.contains('linked')).length,
                    others: all.filter(one => key(one) !== wanted && one.classList.contains('linked')).length};
        },

        mapLinks: count => spread([...document.querySelectorAll('svg a[href^="#layer-"]')], count)
            .map(link => link.getAttribute('href')),
        follow: href => {
            const link = document.querySelector(`svg a[href="${CSS.escape(href)}"]`)
                ?? [...document.querySelectorAll('svg a')].find(one => one.getAttribute('href') === href);
            const [x, y] = centre(link.querySelector('text, rect, path, polygon, ellipse') ?? link);
            return {x, y};
        },
        arrived: href => {
            const target = document.getElementById(decodeURIComponent(href.slice(1)));
            const box = target?.getBoundingClientRect();
            return {hash: location.hash, row: target?.localName ?? null,
                    seen: !!box && box.bottom > 0 && box.top < innerHeight};
        },

        theme: () => ({theme: document.documentElement.dataset.theme ?? null,
                       ground: getComputedStyle(document.body).backgroundColor,
                       ink: getComputedStyle(document.body).color}),
        button: () => {
            const [x, y] = centre(document.getElementById('theme'));
            return {x, y};
        },
        text: () => document.body.innerText,
        scripts: () => document.querySelectorAll('script').length,
    };
})();
