package dev.gantry.zoo.chat.jinja;

/// What one rendering may cost, so that a hostile template fails in a moment and not after an hour.
final class Budget {
    private static final long MAX_WORK = 100_000_000;
    /// A statement or expression costs as much as copying this many characters.
    private static final int STEP_WORK = 8;

    private static final int MAX_TEXT_CHARS = 16 << 20;
    private static final int MAX_ITEMS = 200_000;
    private static final int MAX_DEPTH = 300;

    private long workLeft = MAX_WORK;
    private int depth;

    /// Pays for `units` of work: a step, or a character or item that is copied.
    void spend(long units) {
        workLeft -= units;
        if (workLeft < 0) {
            throw new TemplateFault("the template does more work than any real one: it may never end");
        }
    }

    /// Pays for one statement or one turn of a loop.
    void step() {
        spend(2 * STEP_WORK);
    }

    /// Pays for a text of `chars` characters before it is made.
    int text(long chars) {
        if (chars > MAX_TEXT_CHARS) {
            throw new TemplateFault("a text of %,d characters is longer than the %,d a template may make"
                    .formatted(chars, MAX_TEXT_CHARS));
        }
        spend(chars);
        return (int) chars;
    }

    /// Pays for writing `added` characters, after which the output has `chars`.
    void output(long chars, long added) {
        if (chars > MAX_TEXT_CHARS) {
            throw new TemplateFault(
                    "the output is longer than the %,d characters a template may make".formatted(MAX_TEXT_CHARS));
        }
        spend(added);
    }

    /// Pays for a list of `items` before it is made.
    int items(long items) {
        if (items > MAX_ITEMS) {
            throw new TemplateFault(
                    "a list of %,d items is longer than the %,d a template may make".formatted(items, MAX_ITEMS));
        }
        spend(items);
        return (int) items;
    }

    /// Pays for looking for `needle` in `text`. Long needles are dear because their worst case is.
    void search(Str text, Str needle) {
        long chars = text.text().length();
        spend(needle.text().length() <= 256 ? chars : chars * needle.text().length());
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new TemplateFault("expressions and blocks are nested deeper than " + MAX_DEPTH);
        }
        spend(STEP_WORK);
    }

    void leave() {
        depth--;
    }
}
