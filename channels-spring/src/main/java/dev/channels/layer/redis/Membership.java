package dev.channels.layer.redis;

import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;

/**
 * A connection of this node in a group.
 *
 * @param group a {@link RedisNames#hidden} name
 * @param channel the connection
 */
record Membership(GroupName group, ChannelName channel) {

}
