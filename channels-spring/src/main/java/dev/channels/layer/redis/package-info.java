/**
 * The Redis layer: many nodes, Django among them, on one Redis. Imported by nobody but
 * the auto-configuration, imports {@code layer} and {@code dev.channels}.
 * <p>
 * Its threads, who runs what on them, and who may block:
 * <table>
 * <caption>Threads of a layer</caption>
 * <tr>
 * <th>thread</th>
 * <th>runs</th>
 * <th>blocks</th>
 * </tr>
 * <tr>
 * <td>{@code channels-redis-maintenance}, one</td>
 * <td>the loop of {@link dev.channels.layer.redis.RedisLink}: probes, silences, the gap,
 * subscriptions that are due; {@link dev.channels.layer.redis.NodeDuties} each
 * second</td>
 * <td>never. What would block is begun elsewhere and comes back as a task</td>
 * </tr>
 * <tr>
 * <td>{@code channels-redis-workers}, one</td>
 * <td>renewals, retries and pauses of worker channels</td>
 * <td>never: a late renewal gives events away</td>
 * </tr>
 * <tr>
 * <td>{@code channels-redis-registry}, one</td>
 * <td>writes of {@link dev.channels.layer.redis.GroupRegistry}</td>
 * <td>for replies of Redis</td>
 * </tr>
 * <tr>
 * <td>{@code channels-redis-helper}, as many as are busy</td>
 * <td>{@link dev.channels.layer.redis.SessionOpener}, connections of stream readers,
 * {@link dev.channels.layer.redis.NodeReaper}, flush; what has waited in a
 * {@link dev.channels.layer.redis.SendWindow}</td>
 * <td>for connections and replies, for seconds</td>
 * </tr>
 * <tr>
 * <td>I/O threads of the Redis client</td>
 * <td>{@link dev.channels.layer.redis.EventReceiver}: decodes and puts into mailboxes;
 * acknowledgements of {@link dev.channels.layer.redis.Subscriptions}; replies</td>
 * <td>never: all of Redis would stand still</td>
 * </tr>
 * <tr>
 * <td>callbacks, given to the layer</td>
 * <td>the stages that the layer returns, and whatever the application makes follow them;
 * {@link dev.channels.layer.redis.RedisLayerListener}</td>
 * <td>as the application likes</td>
 * </tr>
 * <tr>
 * <td>the caller's</td>
 * <td>encodes, and sends or subscribes</td>
 * <td>never on Redis</td>
 * </tr>
 * </table>
 * <p>
 * The way of an event: {@link dev.channels.layer.redis.EventPublisher},
 * {@link dev.channels.layer.redis.SendWindows}, Redis,
 * {@link dev.channels.layer.redis.Listening},
 * {@link dev.channels.layer.redis.EventReceiver},
 * {@link dev.channels.layer.LocalDelivery}.
 * <p>
 * The way of a gap: a connection tells {@link dev.channels.layer.redis.Listening.Events}
 * that it is lost, or {@link dev.channels.layer.redis.SilencePolicy} that a way of the
 * {@link dev.channels.layer.redis.Prober} is silent, or
 * {@link dev.channels.layer.redis.CurrentSession} that Redis answers as a replica. Each
 * is a loss to {@link dev.channels.layer.redis.Gap}. The loop has
 * {@link dev.channels.layer.redis.SessionOpener} open what has to be,
 * {@link dev.channels.layer.redis.Subscriptions} subscribe again, and ends the gap when
 * all is there. Then {@link dev.channels.layer.redis.NodeDuties} restores the registry,
 * and the listener is told.
 */
@NullMarked
package dev.channels.layer.redis;

import org.jspecify.annotations.NullMarked;
