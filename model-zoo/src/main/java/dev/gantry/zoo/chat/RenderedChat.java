package dev.gantry.zoo.chat;

import java.util.List;

/// A rendered conversation and the parts of it that the assistant wrote (its end-of-turn marker included).
///
/// @param text what the model reads
/// @param assistantSpans ordered, disjoint ranges of `text`, known from the rendering itself and never searched for
public record RenderedChat(String text, List<Span> assistantSpans) {

    /// Half-open range of UTF-16 offsets.
    public record Span(int start, int end) {}
}
