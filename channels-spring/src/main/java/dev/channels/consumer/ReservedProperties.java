package dev.channels.consumer;

import java.beans.PropertyDescriptor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

import dev.channels.ChannelsConfigurationException;
import dev.channels.layer.EventCodec;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds properties of a payload class that would collide with what the library writes
 * beside them.
 */
final class ReservedProperties {

	private ReservedProperties() {
	}

	static void requireNone(Class<?> payloadType, Object handler) {
		if (BeanUtils.isSimpleValueType(payloadType) || ClassUtils.isPrimitiveArray(payloadType)
				|| payloadType.isInterface()) {
			return;
		}
		propertiesOf(payloadType).stream().filter(EventCodec::isReserved).findFirst().ifPresent((name) -> {
			throw new ChannelsConfigurationException(
					handler + ": the payload " + ClassUtils.getShortName(payloadType) + " has a property '" + name
							+ "', which is reserved",
					"Rename the property: on the wire it would stand beside the event's own '" + name + "'.");
		});
	}

	private static List<String> propertiesOf(Class<?> type) {
		return type.isRecord() ? Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList()
				: Arrays.stream(BeanUtils.getPropertyDescriptors(type)).map(PropertyDescriptor::getName).toList();
	}

}
