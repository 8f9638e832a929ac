package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.ChatTemplateException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A parsed template; immutable and safe to render from many threads.
public final class JinjaTemplate {
    private static final int MAX_SOURCE_CHARS = 1 << 20;

    private final List<Statement> statements;
    private final boolean marksGeneration;

    private JinjaTemplate(List<Statement> statements, boolean marksGeneration) {
        this.statements = statements;
        this.marksGeneration = marksGeneration;
    }

    /// Reads `source`.
    ///
    /// @throws ChatTemplateException naming the line and what is wrong or not supported there
    public static JinjaTemplate parse(String source) {
        if (source.length() > MAX_SOURCE_CHARS) {
            throw new ChatTemplateException("it has %,d characters, more than the %,d a chat template may have"
                    .formatted(source.length(), MAX_SOURCE_CHARS));
        }
        StatementParser parser = new StatementParser(new Lexer(source).tokens());
        return new JinjaTemplate(parser.template(), parser.marksGeneration());
    }

    /// Whether the source says by `{% generation %}` what the assistant writes.
    public boolean marksGeneration() {
        return marksGeneration;
    }

    /// Runs the template over `variables`.
    ///
    /// @param clock what `strftime_now` reads
    /// @throws ChatTemplateException when the template refuses its input, fails, or would never end
    public Rendering render(Map<String, Value> variables, Clock clock) {
        Budget budget = new Budget();
        Evaluator evaluator = new Evaluator(budget);
        Output output = new Output(budget);
        Scope scope = new Scope(new Globals(budget, clock).scope());
        variables.forEach(scope::set);
        try {
            new Renderer(budget, evaluator, output).render(statements, scope);
        } catch (TemplateFault e) {
            throw fault(evaluator.line(), e.getMessage());
        } catch (TemplateRefusal e) {
            throw new ChatTemplateException(
                    "The chat template refuses this conversation in line " + evaluator.line() + ": " + e.getMessage());
        }
        List<Rendering.Part> generated = new ArrayList<>();
        output.generations().forEach(range -> generated.add(new Rendering.Part(0, range.start(), range.end())));
        List<Rendering.Part> owned = new ArrayList<>();
        output.owned().forEach(part -> owned.add(new Rendering.Part(part.owner(), part.start(), part.end())));
        return new Rendering(output.text(), generated, owned, output.pieces());
    }

    static ChatTemplateException fault(int line, @Nullable String what) {
        return new ChatTemplateException("line " + line + ": " + what);
    }
}
