package dev.gantry.zoo.chat;

import dev.gantry.zoo.chat.jinja.JinjaTemplate;
import dev.gantry.zoo.chat.jinja.Rendering;
import dev.gantry.zoo.chat.jinja.Str;
import dev.gantry.zoo.chat.jinja.Value;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives conversations to a Jinja template under the names that templates expect.
///
/// The characters of each message carry its number, from 1, through the rendering.
record Conversations(JinjaTemplate template, SpecialTokens tokens, Clock clock) {

    Rendering render(List<ChatMessage> messages, ChatTemplate.Ending ending) {
        Map<String, Value> variables = new LinkedHashMap<>();
        variables.put("messages", values(messages));
        variables.put("add_generation_prompt", new Value.Bool(ending == ChatTemplate.Ending.GENERATION_PROMPT));
        variables.put("tools", Value.None.NONE);
        variables.put("documents", Value.None.NONE);
        put(variables, "bos_token", tokens.bos());
        put(variables, "eos_token", tokens.eos());
        put(variables, "pad_token", tokens.pad());
        put(variables, "unk_token", tokens.unk());
        return template.render(variables, clock);
    }

    private static void put(Map<String, Value> variables, String name, @Nullable Special token) {
        if (token != null) {
            variables.put(name, Str.of(token.text()));
        }
    }

    private static Value values(List<ChatMessage> messages) {
        List<Value> values = new ArrayList<>();
        for (ChatMessage message : messages) {
            int owner = values.size() + 1;
            Map<String, Value> entries = new LinkedHashMap<>();
            entries.put("role", Str.of(message.role().templateName()));
            entries.put("content", Str.owned(message.content(), owner));
            values.add(new Value.Dict(entries));
        }
        return Value.Seq.list(values);
    }
}
