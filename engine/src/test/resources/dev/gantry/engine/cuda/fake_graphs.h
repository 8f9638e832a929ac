// Graphs of the host's driver: kernels that a stream takes together. Of those that nothing holds back, the one that was
// added last runs first.
namespace fake {
// CUDA_KERNEL_NODE_PARAMS_v2
struct NodeParameters {
    Kernel* function;
    uint3 grid, extent;
    unsigned sharedBytes;
    void **parameters, **extra;
    void *kernel, *context;
};
static_assert(sizeof(NodeParameters) == 72, "as in cuda.h");

struct Node {
    Kernel* function;
    uint3 grid, extent;
    unsigned sharedBytes;
    Bound bound;
    std::vector<size_t> after; // places of other nodes

    int set(const NodeParameters& p) {
        if (!p.function || p.kernel || p.extra || !p.function->takes(p.grid, p.extent, p.sharedBytes)) {
            return INVALID_VALUE;
        }
        if (function && function != p.function) return INVALID_VALUE; // whose registers were counted
        function = p.function;
        grid = p.grid;
        extent = p.extent;
        sharedBytes = p.sharedBytes;
        bound = p.function->bind(p.parameters);
        return 0;
    }
};

// With addresses for handles; an executable graph has the places of the graph that it was made of.
struct Graph {
    std::vector<std::unique_ptr<Node>> nodes;

    size_t place(const Node* node) const {
        size_t place = 0;
        while (place < nodes.size() && nodes[place].get() != node) place++;
        return place;
    }
};

struct Executable {
    const Graph* graph;
    std::vector<Node> nodes;
};

bool isFree(const std::vector<Node>& nodes, const std::vector<bool>& done, size_t place) {
    if (done[place]) return false;
    for (size_t other : nodes[place].after)
        if (!done[other]) return false;
    return true;
}

void run(const std::vector<Node>& nodes) {
    std::vector<bool> done(nodes.size());
    for (size_t count = 0; count < nodes.size(); count++) {
        size_t next = nodes.size() - 1;
        while (!isFree(nodes, done, next)) next--;
        host::launch(nodes[next].grid, nodes[next].extent, nodes[next].sharedBytes, nodes[next].bound.run);
        done[next] = true;
    }
}
} // namespace fake

extern "C" {
int cuGraphCreate(fake::Graph** graph, unsigned flags) {
    ENTER_CONTEXT("cuGraphCreate");
    *graph = new fake::Graph();
    return flags == 0 ? 0 : fake::INVALID_VALUE;
}
int cuGraphDestroy(fake::Graph* graph) {
    ENTER_CONTEXT("cuGraphDestroy");
    delete graph;
    return 0;
}
int cuGraphAddKernelNode_v2(
        fake::Node** node, fake::Graph* graph, fake::Node** after, size_t count, const fake::NodeParameters* parameters) {
    ENTER_CONTEXT("cuGraphAddKernelNode_v2");
    auto added = std::make_unique<fake::Node>();
    for (size_t i = 0; i < count; i++) {
        added->after.push_back(graph->place(after[i]));
        if (added->after.back() == graph->nodes.size()) return fake::INVALID_VALUE;
    }
    if (int status = added->set(*parameters)) return status;
    *node = added.get();
    graph->nodes.push_back(std::move(added));
    return 0;
}
int cuGraphInstantiateWithFlags(fake::Executable** executable, fake::Graph* graph, unsigned long long flags) {
    ENTER_CONTEXT("cuGraphInstantiateWithFlags");
    if (flags != 0) return fake::INVALID_VALUE;
    *executable = new fake::Executable{graph, {}};
    for (auto& node : graph->nodes) (*executable)->nodes.push_back(*node);
    return 0;
}
// Of what was launched before, nothing changes.
int cuGraphExecKernelNodeSetParams_v2(
        fake::Executable* executable, const fake::Node* node, const fake::NodeParameters* parameters) {
    ENTER_CONTEXT("cuGraphExecKernelNodeSetParams_v2");
    size_t place = executable->graph->place(node);
    if (place == executable->nodes.size()) return fake::INVALID_VALUE;
    return executable->nodes[place].set(*parameters);
}
int cuGraphExecDestroy(fake::Executable* executable) {
    ENTER_CONTEXT("cuGraphExecDestroy");
    delete executable;
    return 0;
}
int cuGraphLaunch(fake::Executable* executable, fake::Stream* stream) {
    ENTER_CONTEXT("cuGraphLaunch");
    std::vector<fake::Range> touched;
    for (const fake::Node& node : executable->nodes)
        touched.insert(touched.end(), node.bound.touched.begin(), node.bound.touched.end());
    if (!fake::reached(touched)) return fake::ILLEGAL_ADDRESS;
    return fake::enqueue(stream, {[nodes = executable->nodes] { fake::run(nodes); }, touched});
}
}
