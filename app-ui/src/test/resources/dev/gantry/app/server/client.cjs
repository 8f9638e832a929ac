// Asks a Gantry server what its test wants to know, through the official `openai` package.
// node client.cjs BASE_URL KEY; prints one JSON object.
const OpenAI = require('openai');
const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const model = 'starter';
const messages = [{ role: 'user', content: 'Who are you?' }];
const greedy = { model, messages, temperature: 0, max_tokens: 40 };

const failure = async (ask) => {
    try {
        await ask();
        return { name: 'none' };
    } catch (e) {
        return { name: e.constructor.name, status: e.status, code: e.code, param: e.param };
    }
};

const told = {};
const run = async () => {
    told.models = [];
    for await (const one of await client.models.list()) told.models.push(one.id);
    told.owner = (await client.models.retrieve(model)).owned_by;

    const whole = await client.chat.completions.create(greedy);
    told.whole = whole.choices[0].message.content;
    told.finish = whole.choices[0].finish_reason;
    told.usage = whole.usage;
    told.requestId = whole._request_id;

    told.streamed = '';
    const stream = await client.chat.completions.create({ ...greedy, stream: true, stream_options: { include_usage: true } });
    for await (const piece of stream) {
        told.streamed += piece.choices[0]?.delta?.content ?? '';
        told.streamFinish = piece.choices[0]?.finish_reason ?? told.streamFinish;
        told.streamUsage = piece.usage ?? told.streamUsage;
    }
    told.helper = await client.chat.completions.stream(greedy).finalContent();
    told.seeded = [];
    for (let i = 0; i < 2; i++) {
        const again = await client.chat.completions.create({ ...greedy, temperature: 1, seed: 7, max_tokens: 8 });
        told.seeded.push(again.choices[0].message.content);
    }
    const stop = told.whole.slice(10, 14);
    told.stop = stop;
    told.stopped = (await client.chat.completions.create({ ...greedy, stop: [stop] })).choices[0].message.content;
    told.text = (await client.completions.create({ model, prompt: 'Once', max_tokens: 4, temperature: 0 })).choices[0];

    const chat = (more) => () => client.chat.completions.create({ ...greedy, ...more });
    told.failures = {
        key: await failure(() => new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list()),
        model: await failure(chat({ model: 'other' })),
        retrieve: await failure(() => client.models.retrieve('other')),
        tools: await failure(chat({ tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] })),
        bias: await failure(chat({ logit_bias: { 5: 3 } })),
        long: await failure(chat({ messages: [{ role: 'user', content: 'word '.repeat(3000) }] })),
        large: await failure(chat({ messages: [{ role: 'user', content: 'b'.repeat(5 << 20) }] })),
        embeddings: await failure(() => client.embeddings.create({ model, input: 'a' })),
    };
    told.leftAfter = 0;
    const left = await client.chat.completions.create({ ...greedy, stream: true });
    for await (const _ of left) {
        if (++told.leftAfter === 3) break;
    }
};
run().then(() => console.log(JSON.stringify(told)), (e) => {
    console.error(e);
    process.exit(1);
});
