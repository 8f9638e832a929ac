package dev.gantry.zoo.chat;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where chat templates come from: a model's own files, or the ones this program brings along.
///
/// @param tokens of the model's tokenizer; templates write their texts
/// @param clock what a template's `strftime_now` reads; a fixed one makes such templates repeatable
public record ChatTemplates(SpecialTokens tokens, Clock clock) {
    /// A template that came with a model.
    public static final String CUSTOM = "custom";

    public ChatTemplates(SpecialTokens tokens) {
        this(tokens, Clock.system(ZoneId.systemDefault()));
    }

    /// The names {@link #named} knows.
    public static List<String> names() {
        return Arrays.stream(NamedTemplate.values())
                .map(NamedTemplate::templateName)
                .toList();
    }

    /// The named template for a model with `tokens`.
    ///
    /// @param name one of {@link #names()}; case, blanks and underscores do not matter
    public static ChatTemplate named(String name, SpecialTokens tokens) {
        return new ChatTemplates(tokens).named(name);
    }

    /// The template in a model's or adapter's folder: `chat_template.jinja`, else the one in `tokenizer_config.json`,
    /// else none.
    ///
    /// @throws ChatTemplateException when it has one that cannot be used
    public static Optional<ChatTemplate> forModel(Path folder, SpecialTokens tokens) throws IOException {
        return new ChatTemplates(tokens).forModel(folder);
    }

    /// The named template; see {@link #named(String, SpecialTokens)}.
    public ChatTemplate named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
        for (NamedTemplate template : NamedTemplate.values()) {
            if (template.templateName().replace("-", "").equals(wanted.replace("-", ""))) {
                return new JinjaChatTemplate(
                        template.templateName(), template.source(), template.stopStrings(), tokens, clock);
            }
        }
        throw GantryException.usage(
                "CHAT-TEMPLATE-NAME",
                "cannot use the chat template \"" + name + "\"",
                "there is none of that name",
                "The names are " + String.join(", ", names()) + ".");
    }

    /// The template in `folder`; see {@link #forModel(Path, SpecialTokens)}.
    public Optional<ChatTemplate> forModel(Path folder) throws IOException {
        String source = new TokenizerFiles(folder).chatTemplate();
        return source == null ? Optional.empty() : Optional.of(ofSource(source));
    }

    /// A template from its Jinja source.
    public ChatTemplate ofSource(String source) {
        for (NamedTemplate template : NamedTemplate.values()) {
            if (template.source().strip().equals(source.strip())) {
                return named(template.templateName());
            }
        }
        return new JinjaChatTemplate(CUSTOM, source, tokens, clock);
    }
}
